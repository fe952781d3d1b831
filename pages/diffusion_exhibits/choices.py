"""Controls that several exhibits have."""

import streamlit as st

from engine import cards
from pages.autoencoder_exhibits.sources import DATA
from pages.diffusion_exhibits.runs import MODELS


def pick_data(*companions: str, among: dict[str, str] = DATA) -> str:
    """Digits or garments, or which of `among`: those with a diffusion model and these companions, such as "judge-", in
    pretrained/."""
    there = set(cards.names())
    known = [data for data in among if {MODELS[data], *(prefix + data for prefix in companions)} <= there]
    options = known or list(among)
    return st.segmented_control(
        "Pictures", options, default=options[0], required=True, key="data", bind="query-params", format_func=among.get
    )
