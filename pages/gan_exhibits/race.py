"""Race: the same data, noise and networks under different losses and cures, side by side, while they train."""

import streamlit as st


def render() -> None:
    """The exhibit."""
    st.caption("The lanes are being laid out.")
