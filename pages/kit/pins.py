"""Pins on a latent plane, kept in the address: `pins=0.50,-1.20;1.10,0.00`."""

import math

import streamlit as st

KEY = "pins"
LIMIT = 12.0


def read() -> list[tuple[float, float]]:
    """The pins of this session, at first those in the address; what is not a pair of sensible numbers is ignored."""
    pins = []
    for part in st.session_state.get(KEY, st.query_params.get(KEY, "")).split(";")[:8]:
        try:
            x, y = map(float, part.split(","))
        except ValueError:
            continue
        if math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= LIMIT:
            pins.append((x, y))
    return pins


def show(pins: list[tuple[float, float]]) -> None:
    """A field with the pins as text, to be typed as well; it also carries them into the address."""
    text = ";".join(f"{x:.2f},{y:.2f}" for x, y in pins)
    if text != st.session_state.get(KEY):
        st.session_state[KEY] = text
    hint = "Click the map, or type x,y; x,y"
    st.text_input("Pins", key=KEY, bind="query-params", placeholder=hint, label_visibility="collapsed")
