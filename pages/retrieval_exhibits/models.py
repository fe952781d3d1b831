"""Which encoders there are, and which one looks at what."""

from math import exp

import numpy as np
import streamlit as st

from engine import cards, client
from engine.clip.library_encoders import Encoder, about_public
from engine.clip.prompts import PHOTOS, TEMPLATES
from engine.clip.public_names import PUBLIC
from engine.errors import EngineError

OURS = ("clip-scenes", "clip-flickr8k")
KNOWS = {
    "clip-scenes": "knows coloured shapes and how they lie to each other, and nothing else",
    "clip-flickr8k": "has seen 6,000 photos of dogs, children, sport and streets; of other things it has only a hunch",
}


def available() -> list[str]:
    """Our published models, then the public ones that have been fetched. Raises `EngineError` where there is none."""
    here = cards.names()
    names = [name for name in OURS if name in here] + public_here()
    if not names:
        raise EngineError(f"No CLIP is in pretrained/. {cards.restore(OURS[0])}")
    return names


def public_here() -> list[str]:
    """The fetched models of open_clip as NAME/TAG; none where open_clip cannot be asked."""
    try:
        return [f"{each['name']}/{each['tag']}" for each in client.engine().call("clip", "public_here")]
    except EngineError:
        return []


def choose_encoder(wanted: str, key: str, ours_only: bool = False) -> Encoder:
    """A control with the models that are here; `wanted` is chosen at first if it is one of them."""
    names = [name for name in available() if name in OURS or not ours_only]
    first = names.index(wanted) if wanted in names else 0
    name = st.selectbox("Model", names, first, key=key, bind="query-params", format_func=title)
    st.caption(f"It {knows(name)}.")
    return Encoder(name)


def title(name: str) -> str:
    """A model's name as a person would say it."""
    for choice in PUBLIC:
        if name == f"{choice.name}/{choice.tag}":
            return f"{choice.title} (public)"
    return cards.read(name).title if "/" not in name else f"{name} (public)"


def knows(name: str) -> str:
    """What a model can be asked about, in words."""
    return KNOWS.get(name, "has read the web: it knows most things with a name, and reads written words")


@st.cache_data(show_spinner=False)
def logit_scale(identity: str) -> float:
    """What a model multiplies cosines by: 1 / temperature."""
    name = identity.split("@")[0]
    if "/" not in name:
        return min(100.0, exp(float(cards.weights(name)["log_scale"])))
    return about_public(name)["logit_scale"]


@st.cache_data(max_entries=512, show_spinner=False)
def embedded_texts(identity: str, texts: tuple[str, ...]) -> np.ndarray:
    """Texts as unit vectors, float32 (N, D); remembered. Raises `EngineError`."""
    return Encoder(identity.split("@")[0]).texts(texts)


def templates(name: str) -> tuple[str, ...]:
    """The prompt templates that suit a model."""
    return TEMPLATES.get(name, PHOTOS)
