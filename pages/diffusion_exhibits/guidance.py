"""Guidance: the same noise under a class and a dial w, and what a judge reads; what w buys, and what it costs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards
from engine.datasets import CLASSES
from pages.diffusion_exhibits import guidance_lesson
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.runs import MODELS, TITLES, Result, Run, noise, result, without_margin
from pages.diffusion_exhibits.verdicts import Verdicts, judged, verdict_table
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall_array

STRENGTHS = (0.0, 1.0, 2.0, 4.0, 8.0)
SEEDS = 10
GUIDES = {"free": "Classifier-free", "classifier": "A classifier"}


class OneNoise(Run):
    """A run whose pictures all start from the same noise: they differ by class alone."""

    def start(self) -> np.ndarray:
        return np.repeat(noise(self.model, 1, self.seed), self.pictures, 0)


@dataclass(frozen=True)
class Choice:
    """What is compared: `classes` from one noise, or one class from several noises, at `w` and the usual strengths."""

    data: str
    classes: tuple[int, ...]
    one_class: bool
    w: float
    guide: str
    steps: int
    seed: int

    @property
    def strengths(self) -> tuple[float, ...]:
        """The usual strengths and the dial's."""
        return tuple(sorted({*STRENGTHS, self.w}))

    @property
    def columns(self) -> tuple[str, ...]:
        """What stands above each picture."""
        if self.one_class:
            return tuple(f"noise {i + 1}" for i in range(SEEDS))
        return tuple(CLASSES[self.data][y] for y in self.classes)

    def run(self, w: float) -> Run:
        """The run of one row."""
        kind = Run if self.one_class else OneNoise
        classes = self.classes * SEEDS if self.one_class else self.classes
        options = (("classifier", guide_of(self.data)),) if self.guide == "classifier" else ()
        return kind(MODELS[self.data], classes, len(classes), self.seed, self.steps, "dpm_solver", w, options)


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        choice = choose()
    rows, results = [], {}
    with exhibit:
        stage = st.empty()
        for w, finished, row in computed(choice):
            rows, results = [*rows, row], results | {w: finished}
            with stage.container():
                show(choice, rows)
        downloads(choice, rows)
    guidance_lesson.render(choice.data, choice.run(choice.w), results[choice.w], rows, choice.one_class)


def choose() -> Choice:
    """The controls."""
    data = pick_data("judge-", among=TITLES)
    w = st.slider("Guidance w", 0.0, 10.0, 4.0, 0.5, key="guide-w", bind="query-params")
    view = st.segmented_control(
        "Side by side", ["classes", "noises"], default="classes", required=True, key="guide-view", bind="query-params",
        format_func={"classes": "Classes", "noises": "Noises"}.get,
        help="Every class from one noise, or one class from ten noises.",
    )  # fmt: skip
    names = CLASSES[data]
    if view == "noises":
        classes = (names.index(st.selectbox("Class", names, 3, key=f"guide-class-{data}", bind="query-params")),)
    else:
        chosen = st.pills(
            "Classes", names, selection_mode="multi", default=names, key=f"guide-classes-{data}", bind="query-params",
            wrap=True,
        )  # fmt: skip
        classes = tuple(map(names.index, chosen or names))
    guide = pick_guide(data)
    steps = st.slider("Steps", 5, 50, 8, key="guide-steps", bind="query-params", help="Of DPM-Solver++ (2M).")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    return Choice(data, classes, view == "noises", w, guide, steps, int(seed))


def pick_guide(data: str) -> str:
    """Who says where the class lies: the model itself, or a classifier if there is one."""
    if guide_of(data) not in cards.names():
        st.caption(f"Classifier guidance needs the model `{guide_of(data)}`, which is not in pretrained/ yet.")
        return "free"
    return st.segmented_control(
        "Guide", list(GUIDES), default="free", required=True, key="guide", bind="query-params", format_func=GUIDES.get
    )


def guide_of(data: str) -> str:
    """The classifier that reads through noise."""
    return f"noisy-classifier-{data}"


def computed(choice: Choice) -> Iterator[tuple[float, Result, Verdicts]]:
    """Row by row, a strength of guidance, its run and the judge's verdicts."""
    for w in choice.strengths:
        run = choice.run(w)
        with timed():
            finished = result(run)
            images = without_margin(finished.pictures)
            yield w, finished, Verdicts(title(w), images, run.classes, judged(choice.data, images))


def title(w: float) -> str:
    """A row's name."""
    return f"w = {w:g}"


def show(choice: Choice, rows: list[Verdicts]) -> None:
    """The rows so far; to the right how many the judge reads as meant, and for one class how much pictures differ."""
    notes = [
        f"{row.right.sum()}/{len(row.right)} right" + (f", spread {row.spread:.2f}" if choice.one_class else "")
        for row in rows
    ]
    verdict_table(choice.data, choice.columns, rows, notes, title(choice.w))


def downloads(choice: Choice, rows: list[Verdicts]) -> None:
    """The grid to take home."""
    images = np.concatenate([row.pictures for row in rows])
    with st.container(horizontal=True):
        png_button("Grid PNG", wall_array(images, len(choice.columns)), f"guidance-{choice.data}", 4)
        npz_button(
            "Pictures NPZ", f"guidance-{choice.data}", w=np.array(choice.strengths),
            pictures=np.stack([row.pictures for row in rows]), p=np.stack([row.p for row in rows]),
        )  # fmt: skip
    st.caption("A dashed frame marks what an independent classifier misreads, with what it takes the picture for.")
