"""What a person says and turns: two prompts, the seed, the dials of the injection; examples to begin with."""

import re
from dataclasses import replace

import streamlit as st

from engine.editing.prompts import calm_scene, prompt
from engine.editing.tokens import encode
from engine.editing.understanding import groups, understood
from engine.errors import BadRequest
from engine.scenes import words
from engine.scenes.truth import COLOURS
from pages.editing_exhibits.words_film import Request

OLD, NEW = "words-old", "words-new"
EXAMPLES = {
    "red → green": ("a red circle left of a blue square", "a green circle left of a blue square"),
    "circle → star": ("a red circle left of a blue square", "a red star left of a blue square"),
    "yellow → purple": ("a big yellow star above a green ring", "a big purple star above a green ring"),
    "+ stripes": (
        "a green square right of an orange triangle", "a green square with stripes right of an orange triangle",
    ),
    "black → beige": (
        "a pink heart and a cyan moon on a black background", "a pink heart and a cyan moon on a beige background",
    ),
    "left → right": ("a red circle left of a blue square", "a red circle right of a blue square"),
}  # fmt: skip
OPENING = EXAMPLES["circle → star"]
BROKEN = {"injection": "Injection off", "guidance": "Text guidance 15"}
SEED, PAIRS_SEED = 10, 11


def choose() -> tuple[Request, str | None]:
    """The request, and how it is broken beside the kept one, if it is. Raises `BadRequest` with a sentence about words
    that were never learned."""
    old = st.text_input("Prompt", key=OLD, bind="query-params", max_chars=200)
    new = st.text_input("New prompt", key=NEW, bind="query-params", max_chars=200, help="Change words, or add some.")
    seed = st.number_input("Seed", 0, 9999, SEED, key="seed", bind="query-params", help="Same seed, same noise.")
    request = dials(Request(checked(old), checked(new), int(seed)))
    broken = st.segmented_control(
        "Break it", list(BROKEN), key="break", bind="query-params", format_func=BROKEN.get,
        help="Painted beside the kept version, from the same noise.",
    )  # fmt: skip
    return request, broken


def examples() -> None:
    """Prompts to begin with."""
    st.session_state.setdefault(OLD, st.query_params.get(OLD, OPENING[0]))
    st.session_state.setdefault(NEW, st.query_params.get(NEW, OPENING[1]))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            "Examples", list(EXAMPLES), key="words-example", on_change=take_example, label_visibility="collapsed",
            width="content",
        )  # fmt: skip
        st.button("Surprise me", icon=":material/casino:", on_click=surprise, help="A prompt as training made them.")


def dials(request: Request) -> Request:
    """The injection first, all else in a fold."""
    cross = st.slider(
        "Words keep their places for", 0.0, 1.0, 0.8, 0.05, key="cross", bind="query-params",
        help="The share of the run in which the new words are looked for where the old ones were: cross-attention.",
    )  # fmt: skip
    self_ = st.slider(
        "Shapes keep their form for", 0.0, 1.0, 0.4, 0.05, key="self", bind="query-params",
        help="The share of the run in which places look at each other as in the first picture: self-attention.",
    )  # fmt: skip
    with st.expander("One word, and how it is painted", icon=":material/tune:"):
        weights = weighed(request)
        blend = st.slider(
            "Local blending", 0.0, 0.9, 0.0, 0.05, key="blend", bind="query-params",
            help="Not 0: pictures may differ only where a changed word is looked for more than this share of the most.",
        )  # fmt: skip
        drawn = st.toggle(
            "Begin with a drawn scene", key="drawn", bind="query-params",
            help="The prompt is drawn by rule, the drawing walked back to its noise, and edited from there.",
        )  # fmt: skip
        w = st.slider("Guidance w", 0.0, 15.0, 3.0, 0.5, key="w", bind="query-params")
        steps = st.slider("Steps", 5, 50, 25, 5, key="words-steps", bind="query-params")
    if drawn and request.picture is None:
        raise BadRequest("By rule I draw sentences like “a red circle left of a blue square on a white background”.")
    return replace(request, cross=cross, self_=self_, weights=weights, blend=blend, drawn=drawn, w=w, steps=int(steps))


def weighed(request: Request) -> tuple[tuple[int, float], ...]:
    """The tokens of one naming or of one word of the new prompt and their factor, if that is not 1."""
    choices = to_weigh(request.new)
    fresh = [name for name, tokens in choices.items() if request.alignment.changed[list(tokens)].any()]
    names = list(choices)
    name = st.selectbox("Weigh", names, names.index(fresh[0]) if fresh else 0, key=f"weigh {request.new}")
    factor = st.slider(
        "Its weight", 0.0, 5.0, 1.0, 0.25, key="weight", bind="query-params",
        help="All attention to it is multiplied by this, after the picture has decided where to look.",
    )  # fmt: skip
    return () if factor == 1 else tuple((token, factor) for token in choices[name])


def to_weigh(text: str) -> dict[str, tuple[int, ...]]:
    """What can be weighed in a prompt, and its tokens: each naming, then each word."""
    said, numbers = words(text), groups(text)
    namings = [tuple(i + 1 for i, number in enumerate(numbers) if number == n) for n in range(1, max(numbers) + 1)]
    choices = {" ".join(said[token - 1] for token in tokens): tokens for tokens in namings}
    return choices | {f"{word}, word {i}": (i,) for i, word in enumerate(said, 1)}


def checked(text: str) -> str:
    """The text itself. Raises `BadRequest`, naming what it lacks or the words in it that were never learned."""
    try:
        encode(text)
    except ValueError as error:
        raise BadRequest(str(error)) from None
    if not words(text):
        raise BadRequest("Say what to paint, for example: a red circle left of a blue square.")
    return text


def take_example() -> None:
    """The chosen example's prompts into the fields."""
    if chosen := st.session_state["words-example"]:
        st.session_state[OLD], st.session_state[NEW] = EXAMPLES[chosen]


def surprise() -> None:
    """The next prompt of the kind that training made, and another colour in it."""
    n = st.session_state["words-surprise"] = st.session_state.get("words-surprise", -1) + 1
    st.session_state["words-example"] = None
    st.session_state[OLD] = old = prompt(calm_scene(PAIRS_SEED, n), n).text
    st.session_state[NEW] = recoloured(old)


def recoloured(text: str) -> str:
    """A prompt with another colour in the place of its first thing's."""
    claim = understood(text)
    colours = list(COLOURS)
    old = next(phrase.colour for phrase in claim.phrases if phrase.colour)
    taken = {phrase.colour for phrase in claim.phrases}
    new = next(colour for colour in colours[colours.index(old) + 1 :] + colours if colour not in taken)
    return re.sub(rf"\b{old}\b", new, text, count=1)
