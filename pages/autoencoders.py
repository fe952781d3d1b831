"""/autoencoders: what a code is, why it should be a distribution, and what can be done with it."""

import streamlit as st

from pages.autoencoder_exhibits import (
    arithmetic,
    atlas,
    break_it,
    codes,
    corrupt,
    dials,
    train_now,
    why_variational,
    your_own,
)
from pages.kit.footer import footer
from pages.kit.guard import guard

EXHIBITS = {
    "Atlas": atlas,
    "5-D and 20-D": dials,
    "Your own": your_own,
    "Arithmetic": arithmetic,
    "Corrupt and restore": corrupt,
    "VQ codes": codes,
    "Break it": break_it,
    "Why variational": why_variational,
    "Train it now": train_now,
}

chosen = st.segmented_control(
    "Exhibit",
    list(EXHIBITS),
    default="Atlas",
    required=True,
    key="exhibit",
    bind="query-params",
    label_visibility="collapsed",
)
with guard():
    EXHIBITS[chosen].render()
footer()
