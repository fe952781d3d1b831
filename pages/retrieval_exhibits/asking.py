"""A query out of words and pictures, added up and taken away."""

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.clip.queries import mixed, without_each
from pages.components.picture_board import Pick
from pages.retrieval_exhibits.galleries import Gallery
from pages.retrieval_exhibits.models import embedded_texts
from pages.retrieval_exhibits.shelf import Shelf

PICKS = "like"
MOST_PICKS = 6
MOST_WORDS = 24
"""The words of longer queries are not weighed one by one."""

LONGEST = 4000
"""Characters of a query that are sent; every model reads less."""


@dataclass(frozen=True)
class Part:
    """A text or a picture in the query, and its weight."""

    name: str
    weight: float
    vector: np.ndarray
    picture: str | None = None
    """The id of the picture that it is."""


def picks() -> list[tuple[str, float]]:
    """The pictures in the query and their signs, from the field that is also in the address: `12;-40`."""
    text = str(st.session_state.get(PICKS) or st.query_params.get(PICKS, ""))
    found = [re.fullmatch(r"\s*([+-]?)(\w{1,16})\s*", part) for part in text.split(";")]
    return [(match[2], -1.0 if match[1] == "-" else 1.0) for match in found if match][:MOST_PICKS]


def take_pick(words: str, pick: Pick) -> None:
    """What a click on a picture does to the query: it alone (the field with the key `words` is emptied), added, or
    taken away."""
    if pick.way == "only":
        st.session_state[PICKS] = pick.id
        st.session_state[words] = ""
        return
    sign = "-" if pick.way == "away" else ""
    others = [f"{'-' * (weight < 0)}{id}" for id, weight in picks() if id != pick.id]
    st.session_state[PICKS] = ";".join([*others, sign + pick.id][-MOST_PICKS:])


def parts(
    gallery: Gallery | Shelf, text: str, plus: str, minus: str, taken: float, pictures: float = 1.0
) -> list[Part]:
    """The parts of a query; what is taken away counts `taken`, a picture `pictures` times a text. Raises
    `EngineError`."""
    said = [(text, 1.0), (plus, 1.0), (minus, -taken)]
    said = [(each.strip()[:LONGEST], weight) for each, weight in said if each.strip()]
    found = [Part(each, weight, _vector(gallery, each)) for each, weight in said]
    for id, sign in picks():
        if (vector := gallery.vector(id)) is not None:
            weight = pictures * (taken if sign < 0 else 1.0) * sign
            found.append(Part(f"picture {id}", weight, vector, id))
    return found


def combined(query: list[Part]) -> np.ndarray:
    """The parts as one unit vector (D,). Raises `ValueError` where they cancel."""
    return mixed(np.stack([part.vector for part in query]), [part.weight for part in query])


def word_weights(gallery: Gallery | Shelf, text: str, best: np.ndarray) -> list[tuple[str, float]]:
    """Each word of a query, and by how much the mean cosine with the best results (N, D) falls without it."""
    words, shorter = without_each(text)
    if not 1 < len(words) <= MOST_WORDS or not len(best):
        return []
    vectors = embedded_texts(gallery.encoder.identity, (text, *shorter))
    scores = (vectors @ best.T).mean(1)
    return [(word, float(scores[0] - score)) for word, score in zip(words, scores[1:], strict=True)]


def _vector(gallery: Gallery | Shelf, text: str) -> np.ndarray:
    return embedded_texts(gallery.encoder.identity, (text,))[0]
