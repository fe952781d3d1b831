"""Pins on a latent plane, kept in the address: `pins=0.50,-1.20;1.10,0.00`."""

import math

import streamlit as st

LIMIT = 12.0


def from_url() -> list[tuple[float, float]]:
    """The pins in the address; whatever is not a pair of sensible numbers is ignored."""
    pins = []
    for part in st.query_params.get("pins", "").split(";")[:8]:
        try:
            x, y = map(float, part.split(","))
        except ValueError:
            continue
        if math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= LIMIT:
            pins.append((x, y))
    return pins


def to_url(pins: list[tuple[float, float]]) -> None:
    """Write the pins back, so that the address can be shared."""
    text = ";".join(f"{x:.2f},{y:.2f}" for x, y in pins)
    if text != st.query_params.get("pins", ""):
        if text:
            st.query_params["pins"] = text
        else:
            del st.query_params["pins"]
