"""Restore: a network that has seen no other picture is fitted to one damaged photo, and one stops it in time."""

from contextlib import closing

import numpy as np
import streamlit as st
from PIL import Image

from engine.editing.strokes import Stroke
from pages.editing_exhibits.brushing import brushed
from pages.editing_exhibits.damage import TASKS, Damage, Damaged, damaged
from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.photos import Photo, choose_photo
from pages.editing_exhibits.restore_view import curves, downloads, film, lesson, pictures
from pages.editing_exhibits.restoring import Restoring, Settings, records
from pages.kit.guard import guard
from pages.segmentation_exhibits.photo_view import photo_url
from pages.segmentation_exhibits.pictures import Chosen

KEPT = "editing-restored"
SIDES = (96, 128, 160, 192, 256)
HOLE = (
    Stroke(False, 0.04, ((0.12, 0.2), (0.88, 0.34))),
    Stroke(False, 0.04, ((0.1, 0.56), (0.9, 0.48))),
    Stroke(False, 0.04, ((0.3, 0.9), (0.74, 0.08))),
)
"""Three scratches, until a person brushes others."""


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        photo = choose_photo("cat")
        side = st.select_slider(
            "Long side, pixels", SIDES, 128, key="restore-side", bind="query-params",
            help="Twice as long takes four times as long.",
        )  # fmt: skip
        whole = reduced(photo, side)
        damage = choose_damage(whole)
        settings, steps, by_itself, start = choose_run(damage, whole)
    try:
        hurt = kept_or("damage", settings[:2], lambda: damaged(settings[0], whole.picture))
    except ValueError as error:
        view.info(str(error), icon=":material/brush:")
        return
    with view:
        stage = st.empty()
        if start:
            with guard():
                run(settings, hurt, steps, by_itself, stage)
        restoring = st.session_state.get(KEPT)
        if restoring and restoring.settings != settings:
            restoring = None
        show(hurt, damage.task, restoring, stage)
        if restoring and restoring.record:
            film(restoring)
    if restoring and restoring.record:
        with controls:
            downloads(restoring, photo.name)
    lesson(hurt, damage.task, restoring)


def reduced(photo: Photo, side: int) -> Chosen:
    """The photo with a long side of at most `side` pixels."""
    image = Image.fromarray(photo.small.picture)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return Chosen(photo.name, np.asarray(image))


def choose_damage(whole: Chosen) -> Damage:
    """What is wrong with the photo."""
    task = st.segmented_control(
        "Task", list(TASKS), default="denoise", required=True, key="task", bind="query-params", format_func=TASKS.get
    )
    if task == "enlarge":
        factor = st.segmented_control(
            "By", [2, 4], default=2, required=True, key="factor", bind="query-params", format_func="× {}".format
        )
        return Damage(task, int(factor))
    if task == "inpaint":
        strokes = brushed(
            f"hole-{whole.digest}", at_first=HOLE, photo=photo_url(whole), size=whole.picture.shape[:2],
            colour="#000000", label="The hole in the photo.", tallest=240, hint="Brush a hole",
        )  # fmt: skip
        return Damage(task, strokes=strokes)
    noise = st.slider(
        "Noise, grey levels", 0, 75, 30, 5, key="noise", bind="query-params",
        help="Its spread. With 0 nothing is added: for a photo that has noise of its own.",
    )  # fmt: skip
    return Damage(task, noise)


def choose_run(damage: Damage, whole: Chosen) -> tuple[Settings, int, bool, bool]:
    """From which seed; how long at most; whether to end at the best moment; whether to begin now."""
    steps = st.slider("Steps at most", 100, 3000, 800, 100, key="restore-steps", bind="query-params")
    by_itself = st.toggle(
        "Stop at the best moment", True, key="stop", bind="query-params",
        help="Off breaks it: the network goes on until it has learned the damage as well.",
    )  # fmt: skip
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of noise and network.")
    start = st.button("Restore it", type="primary", icon=":material/healing:", width="stretch")
    st.button("Stop and keep", icon=":material/stop_circle:", width="stretch")
    damage = Damage(damage.task, damage.amount, int(seed) if damage.task == "denoise" else 0, damage.strokes)
    return (damage, whole.digest, int(seed)), steps, by_itself, start


def run(settings: Settings, hurt: Damaged, steps: int, by_itself: bool, stage) -> None:
    """Read the stream and draw each record. Any control ends it; what there is stays."""
    restoring = st.session_state[KEPT] = Restoring(settings)
    show(hurt, settings[0].task, None, stage, live=True)
    with closing(records(settings, hurt, steps)) as stream:
        for record in stream:
            restoring.take(record)
            show(hurt, settings[0].task, restoring, stage, live=True)
            if by_itself and restoring.is_past_best:
                break


def show(hurt: Damaged, task: str, restoring: Restoring | None, stage, live: bool = False) -> None:
    """The damaged photo, the baseline and the network's picture, and below the curve of the fit."""
    with stage.container():
        pictures(hurt, task, restoring, live)
        if restoring and restoring.record:
            curves(restoring, f"restore-curves-{restoring.record.step if live else 'kept'}")
