"""Which word of a new text stands where which word of the old one stood. NumPy only: pages use it too."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from engine.editing.tokens import LENGTH
from engine.scenes import words


@dataclass(frozen=True)
class Alignment:
    """Of each token of a new text: whether it has a counterpart in the old one, which one, and whether it is new.

    has: bool (LENGTH,); of: int64 (LENGTH,), indices into the old tokens; changed: bool (LENGTH,), true for words that
    took another's place or were added; dropped: bool (LENGTH,), the old tokens that were replaced or left out.
    """

    has: np.ndarray
    of: np.ndarray
    changed: np.ndarray
    dropped: np.ndarray


def align(old: str, new: str) -> Alignment:
    """Words that stay keep their attention; as many words in the place of as many others take over theirs, one by one;
    words that are more than there were before look for themselves (Hertz et al. 2022, section 3.2)."""
    before, after = words(old), words(new)
    has, of = np.zeros(LENGTH, bool), np.zeros(LENGTH, np.int64)
    changed, dropped = np.zeros(LENGTH, bool), np.zeros(LENGTH, bool)
    has[0] = True  # START
    for kind, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            changed[j + 1 : j_end + 1], dropped[i + 1 : i_end + 1] = True, True
        if i_end - i == j_end - j:
            has[j + 1 : j_end + 1], of[j + 1 : j_end + 1] = True, np.arange(i, i_end) + 1
    return Alignment(has, of, changed, dropped)
