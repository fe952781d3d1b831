"""Text → numbers. The language of scenes is small and closed, so a word that was never learned can be named.

NumPy only: pages use it too.
"""

from collections.abc import Sequence

import numpy as np

from engine.scenes import VOCABULARY, words
from engine.scenes.shapes import SHAPES
from engine.scenes.truth import BACKGROUNDS, COLOURS, SIZES, TEXTURES

LENGTH = 32
"""A text has at most this many tokens, the first one included."""

EMPTY, START = 0, 1
"""What fills the row after the last word, and the token before the first: it stands for all that is not said."""

WORDS = ("", "·", *sorted(VOCABULARY))
"""The word of each number."""

NUMBERS = {word: number for number, word in enumerate(WORDS)}
TOKENS = len(WORDS)


class UnknownWords(ValueError):
    """A text holds words that no model here has learned; the message names them."""


def encode(text: str) -> np.ndarray:
    """The tokens of a text, int64 (LENGTH,): START, its words, EMPTY. Raises `UnknownWords`, and ValueError if it is
    too long."""
    said = words(text)
    if unknown := list(dict.fromkeys(word for word in said if word not in NUMBERS)):
        raise UnknownWords(f"I never learned {_quoted(unknown)}. {known()}")
    if len(said) >= LENGTH:
        raise ValueError(f"At most {LENGTH - 1} words, please; these are {len(said)}.")
    row = np.full(LENGTH, EMPTY, np.int64)
    row[: len(said) + 1] = [START, *(NUMBERS[word] for word in said)]
    return row


def encode_all(texts: Sequence[str]) -> np.ndarray:
    """Several texts, int64 (B, LENGTH)."""
    return np.stack([encode(text) for text in texts])


def known() -> str:
    """What can be spoken of, as a sentence."""
    grounds = [colour for colour in BACKGROUNDS if colour not in COLOURS]
    groups = (SHAPES, COLOURS, SIZES, TEXTURES[1:], [f"a {ground} background" for ground in grounds])
    return "I know: " + "; ".join(", ".join(group) for group in groups) + "; above, below, left of, right of, between."


def _quoted(unknown: list[str]) -> str:
    names = [f"'{word}'" for word in unknown]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
