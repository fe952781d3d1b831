"""Instructions: say what to change. InstructPix2Pix on scenes, with a dial for the words and one for the picture."""

from dataclasses import replace

import numpy as np
import streamlit as st

from engine import cards
from engine.editing.following import meant
from engine.editing.instructions import missing
from engine.editing.tokens import UnknownWords, encode
from engine.scenes import Scene
from pages.editing_exhibits import instructions_history as past
from pages.editing_exhibits.figures import figure, row
from pages.editing_exhibits.instructions_lesson import lesson
from pages.editing_exhibits.instructions_runs import MODEL, W_PICTURES, WS, Followed, Request, both_dials, followed
from pages.editing_exhibits.instructions_verdict import Outcome, examples
from pages.editing_exhibits.instructions_view import grid, lens, reading
from pages.editing_exhibits.scene_pictures import Painting, choose_painting
from pages.editing_exhibits.words_reading import found
from pages.kit import roles
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.walls import wall_array

NEEDED = (MODEL, "scene-autoencoder", "judge-scenes")
FIRST_SCENE = 85
WORDS = "a large orange circle left of a blue square on a mint background"
W, W_PICTURE = 3.0, 1.5
ASKED_OF, OFFERED = "edit-asked-of", 6
BROKEN = {"picture": "Picture 0", "text": "Text 15"}


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        start = choose_painting("edit", "seed", WORDS, FIRST_SCENE)
        w, w_picture, seed, steps, broken = choose_way()
    done = past.history(start)
    before, run, outcomes = done[-1].picture if done else start, None, None
    with view:
        instruction = ask(before)
        request = Request(before, instruction, w, w_picture, seed, steps)
        if absent := [name for name in NEEDED if name not in cards.names()]:
            untrained(request, absent)
        elif problem := unclear(instruction, before.scene):
            alone(before, problem)
        else:
            run, outcomes = show(request, broken)
        if done:
            past.show(start, done)
    with controls:
        go_on(run, done)
        if run:
            downloads(run, outcomes)
    lesson(outcomes, w, w_picture)


def choose_way() -> tuple[float, float, int, int, str | None]:
    """Both guidance scales, seed, steps, and what is broken on purpose."""
    w = st.select_slider("Text guidance w", WS, W, key="edit-w", bind="query-params", format_func="{:g}".format)
    w_picture = st.select_slider(
        "Picture guidance", W_PICTURES, W_PICTURE, key="edit-w-picture", bind="query-params",
        format_func="{:g}".format,
    )  # fmt: skip
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of the noise it is painted from.")
    with st.expander("How it is painted", icon=":material/tune:"):
        steps = st.slider("Steps", 5, 50, 25, 5, key="edit-steps", bind="query-params")
    broken = st.segmented_control(
        "Break it", list(BROKEN), key="edit-broken", bind="query-params", format_func=BROKEN.get,
        help="Beside the kept version: the picture is not looked at, or the words drown all else.",
    )  # fmt: skip
    return w, w_picture, int(seed), steps, broken


def ask(before: Painting) -> str:
    """The line for the instruction, and examples that fit the picture; another picture begins with one of its own."""
    row = st.session_state.setdefault("edit-row", 0)
    offered = [pair.instruction for pair in examples(before.scene, row)][:OFFERED]
    state = st.session_state
    is_new = state[ASKED_OF] != before.digest if ASKED_OF in state else "instruction" not in st.query_params
    if is_new:
        state["instruction"] = offered[0] if offered else ""
    state[ASKED_OF] = before.digest
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("What should change?", key="instruction", bind="query-params")
        st.button("Other examples", icon=":material/refresh:", on_click=others)
    state["edit-example"] = text if text in offered else None
    st.pills("Examples", offered, key="edit-example", on_change=say, label_visibility="collapsed", wrap=True)
    return text


def say() -> None:
    """A callback: an example becomes the instruction."""
    st.session_state["instruction"] = st.session_state["edit-example"] or st.session_state["instruction"]


def others() -> None:
    """A callback: the next row of examples."""
    st.session_state["edit-row"] += 1


def unclear(instruction: str, scene: Scene) -> str:
    """Why an instruction cannot be followed, in a sentence, or ""."""
    if not instruction.strip():
        return "Say what to change, for example: make the red circle blue."
    try:
        encode(instruction)
    except UnknownWords as error:
        return str(error)
    return missing(instruction, scene) or ""


def alone(before: Painting, problem: str) -> None:
    """The picture as it is, and why nothing happens to it."""
    st.warning(problem, icon=":material/search_off:")
    row([figure("The picture as it is", "", before.pixels / 255, roles.REAL)], 2, "large")


def untrained(request: Request, absent: list[str]) -> None:
    """The picture before, and what a rule would make of it."""
    st.info(f"Not trained yet: {' and '.join(absent)}; `python -m engine.train {absent[0]}` makes it.")
    drawn = request.before.drawn
    pair = drawn and meant(request.instruction, drawn)
    after = [figure("As a rule would do it", "", Painting.of(pair.after).pixels / 255, roles.REAL)] if pair else []
    row([figure("Before", "", request.before.pixels / 255, roles.REAL), *after], 2, "large")


def show(request: Request, broken: str | None) -> tuple[Followed, list[Outcome]]:
    """Before, after, the verdict, the grid; returns the run and what came of every place of the grid."""
    stage = st.empty()
    run, titles = followed(request, stage), ["After"]
    runs = [run]
    if broken:
        w, w_picture = (request.w, 0.0) if broken == "picture" else (15.0, request.w_picture)
        runs.append(followed(replace(request, w=w, w_picture=w_picture), stage))
        titles.append(BROKEN[broken])
    lens(runs, titles)
    words, dials = st.columns([4, 5], gap="large")
    with words:
        reading(outcomes_of(request, np.stack([each.picture for each in runs])))
    with dials:
        outcomes = outcomes_of(request, both_dials(request, st.empty()))
        grid(outcomes, request.w, request.w_picture, turn)
    return run, outcomes


def outcomes_of(request: Request, pictures: np.ndarray) -> list[Outcome]:
    """What came of an instruction in each picture uint8 (B, 64, 64, 3)."""
    pair = meant(request.instruction, request.before.scene)
    scenes = found(pictures)
    return [Outcome(request.before, picture, scene, pair) for picture, scene in zip(pictures, scenes, strict=True)]


def turn(row: int, column: int) -> None:
    """A callback: both dials to a place of the grid."""
    st.session_state["edit-w-picture"], st.session_state["edit-w"] = W_PICTURES[row], WS[column]


def go_on(run: Followed | None, done: list[past.Done]) -> None:
    """The result, if there is one, as the next picture; and back."""
    if run:
        st.button(
            "Go on with the result", type="primary", icon=":material/arrow_forward:", width="stretch",
            on_click=past.go_on, args=(run.request.instruction, run.picture),
        )  # fmt: skip
    st.button("Undo", icon=":material/undo:", width="stretch", disabled=not done, on_click=past.undo)


def downloads(run: Followed, outcomes: list[Outcome]) -> None:
    """Pictures, film and maps to take home."""
    name = f"edited-seed{run.request.seed}"
    before, pictures = run.request.before.pixels, np.stack([outcome.picture for outcome in outcomes])
    with st.container(horizontal=True):
        png_button("Pair PNG", lambda: wall_array(np.stack([before, run.picture]), 2), name, 6)
        png_button("Grid PNG", lambda: wall_array(pictures, len(WS)), f"{name}-grid", 3)
        gif_button("Film GIF", run.x_t, name, 8, False)
        npz_button(
            "NPZ", name, before=before, after=run.picture, t=run.t, film=run.x_t, grid=pictures, w=np.array(WS),
            w_picture=np.array(W_PICTURES), **{f"attention_{layer}": maps for layer, maps in run.attention.items()},
        )  # fmt: skip
