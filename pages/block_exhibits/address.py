"""Matrices in the address, as a person would type them: rows apart by semicolons, `0 -1 0; -1 5 -1; 0 -1 0`."""

import math
from collections.abc import Collection, Sequence

import streamlit as st

LIMIT = 9999.0


def to_text(values: Sequence[float], columns: int) -> str:
    """The values row by row."""
    rows = [values[i : i + columns] for i in range(0, len(values), columns)]
    return "; ".join(" ".join(f"{value:.4g}" for value in row) for row in rows)


def from_text(text: str, sizes: Collection[int]) -> list[float] | None:
    """The numbers in a text, fractions such as 1/9 too; None if their count is not among `sizes` or one is no number
    within ±9999."""
    try:
        values = [_number(word) for word in text.replace(";", " ").replace(",", " ").split()]
    except (ValueError, ZeroDivisionError):
        return None
    sensible = all(math.isfinite(value) and abs(value) <= LIMIT for value in values)
    return values if sensible and len(values) in sizes else None


def _number(word: str) -> float:
    top, _, bottom = word.replace("−", "-").partition("/")
    return float(top) / float(bottom or 1)


def kept(key: str, sizes: Collection[int], default: Sequence[float]) -> list[float]:
    """The matrix of this session, at first the one in the address; what makes no sense is `default`."""
    text = st.session_state.get(key, st.query_params.get(key, ""))
    return from_text(text, sizes) or list(default)


def field(label: str, key: str, text: str, hint: str = "Rows apart by semicolons; 1/9 is a number too.") -> None:
    """A field with the numbers as text, to be typed as well; it also carries them into the address."""
    if text != st.session_state.get(key):
        st.session_state[key] = text
    st.text_input(label, key=key, bind="query-params", help=hint)
