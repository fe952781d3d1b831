"""/diffusion: how a model that only knows what noise looks like paints pictures."""

import streamlit as st

from pages.diffusion_exhibits import (
    break_it,
    forward,
    guidance,
    lanes,
    latent,
    noise_space,
    public,
    readings,
    reverse,
    score,
)
from pages.kit.footer import footer
from pages.kit.guard import guard

EXHIBITS = {
    "Reverse": reverse,
    "Forward": forward,
    "Lanes": lanes,
    "Guidance": guidance,
    "Noise space": noise_space,
    "Score view": score,
    "Latent": latent,
    "Three readings": readings,
    "Break it": break_it,
    "Public models": public,
}

chosen = st.segmented_control(
    "Exhibit",
    list(EXHIBITS),
    default="Reverse",
    required=True,
    key="exhibit",
    bind="query-params",
    label_visibility="collapsed",
)
with guard():
    EXHIBITS[chosen].render()
footer()
