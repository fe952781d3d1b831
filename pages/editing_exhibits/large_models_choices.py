"""What a person wishes of a large model: the task, the photo, the words, the dials; all of it in the address."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.editing.public_names import CHOICES, SIDES, TASKS, UNFILTERED
from engine.editing.strokes import Stroke, painted
from pages.editing_exhibits.photos import Photo

AT_FIRST = "astronaut"
EXAMPLES = {
    "fill": {
        "Sunflower": "a round badge with a sunflower",
        "Nothing": "plain orange cloth",
        "Roses": "a bouquet of red roses",
    },
    "follow": {
        "Recolour": "make the suit blue",
        "Watercolour": "make it a watercolour painting",
        "Statue": "turn her into a bronze statue",
        "Winter": "add falling snow",
    },
}
BROKEN = 25.0
"""A guidance by the text at which colours burn out."""


@dataclass(frozen=True)
class Request:
    """What is asked of a model: its task and where it lies, the words, the dials, the photo's digest and the strokes on
    it."""

    task: str
    source: str
    text: str
    seed: int
    steps: int
    w: float
    w_picture: float
    side: int
    digest: str
    strokes: tuple[Stroke, ...] = ()

    def opacity(self, size: tuple[int, int]) -> np.ndarray:
        """The mask uint8 (H, W) of the strokes, for a photo of any size."""
        return painted(np.zeros(size, np.uint8), self.strokes)


def choose(choose_photo: Callable[[], Photo]) -> tuple[Request, Photo]:
    """The controls, and what is chosen with them; strokes are not among it."""
    task = st.segmented_control(
        "Task", list(TASKS), default="fill", required=True, key="large", bind="query-params", width="stretch",
        format_func=lambda name: TASKS[name].title, label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    photo = choose_photo()
    text = choose_words(task)
    w, w_picture = choose_guidance(task)
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    source, steps, side = choose_model(task)
    return Request(task, source, text, int(seed), steps, w, w_picture, side, photo.small.digest), photo


def choose_words(task: str) -> str:
    """The instruction, or what should stand in the hole."""
    key, examples = f"large-{task}", EXAMPLES[task]
    st.session_state.setdefault(key, st.query_params.get(key, next(iter(examples.values()))))

    def take() -> None:
        if name := st.session_state[f"{key}-example"]:
            st.session_state[key] = examples[name]

    label = "Instruction" if task == "follow" else "What should be there"
    text = st.text_input(label, key=key, bind="query-params", max_chars=300, placeholder=TASKS[task].asks)
    st.pills("Examples", list(examples), key=f"{key}-example", on_change=take, label_visibility="collapsed",
             wrap=True)  # fmt: skip
    return text.strip()


def choose_guidance(task: str) -> tuple[float, float]:
    """How much the words, and how much the picture, weigh."""
    w = st.slider("Guidance by the words, w", 1.0, 15.0, 7.5, 0.5, key="large-w", bind="query-params")
    w_picture = 1.0
    if task == "follow":
        w_picture = st.slider(
            "Guidance by the photo", 1.0, 3.0, 1.5, 0.1, key="large-w-picture", bind="query-params",
            help="More keeps more of the photo; less lets the instruction do more.",
        )  # fmt: skip
    broken = st.toggle(
        f"Break it: w = {BROKEN:g}", key="large-break", bind="query-params",
        help="The step towards the words grows so long that the picture leaves what pictures look like.",
    )  # fmt: skip
    return (BROKEN if broken else w), w_picture


def choose_model(task: str) -> tuple[str, int, int]:
    """Where the model lies; in how many steps it paints, and how large."""
    suggested = CHOICES[task]
    with st.expander("The model, its licence, and how it paints", icon=":material/tune:"):
        source = st.text_input(
            "Name on the Hugging Face hub, or a folder", suggested.source, key=f"large-{task}-model",
            bind="query-params", max_chars=300,
        )  # fmt: skip
        source = (source or suggested.source).strip()
        if source == suggested.source:
            st.caption(
                f"{suggested.title}, about {suggested.megabytes / 1000:.1f} GB, once. {suggested.about} "
                f"Licence: {suggested.licence}. {UNFILTERED}"
            )
        else:
            st.caption(f"Its publishers say under which licence it may be used. {UNFILTERED}")
        steps = st.slider("Steps", 5, 50, 20, 5, key="large-steps", bind="query-params")
        side = st.select_slider(
            "Long side, pixels", (256, 384, 512, 640, 768, SIDES[1]), 512, key="large-side", bind="query-params",
            help="It was trained at 512. Twice as long takes more than four times as long.",
        )  # fmt: skip
    return source, steps, side
