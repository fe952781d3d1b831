"""Why variational: a toy small enough to know the true posterior, and what q, the ELBO and KL make of it."""

import streamlit as st

from pages.autoencoder_exhibits import cat_or_dog, divergences, train_q

PARTS = {"Cat or dog": cat_or_dog.render, "Train q": train_q.render, "Divergences": divergences.render}


@st.fragment
def render() -> None:
    """The exhibit: one animal and its bound, an encoder trained for all animals, and the divergences themselves."""
    part = st.segmented_control(
        "Part of the exhibit",
        PARTS,
        default="Cat or dog",
        required=True,
        key="why_part",
        bind="query-params",
        label_visibility="collapsed",
    )
    PARTS[part]()
