"""A switch for the lecture hall: larger type, more contrast. It stays on over page changes and is part of the link."""

import streamlit as st

STYLE = """<style>
html { font-size: 125%; }
.stApp p, .stApp label, .stApp li, .stApp small { font-weight: 500; opacity: 1; }
</style>"""


def projector_switch() -> None:
    """The switch itself."""
    st.toggle("Projector", key="projector", bind="query-params", persist_state="session", help="Larger type for a hall")


def apply_projector() -> None:
    """Enlarge this page if the switch is on."""
    if st.session_state.get("projector") or st.query_params.get("projector") == "true":
        st.html(STYLE)
