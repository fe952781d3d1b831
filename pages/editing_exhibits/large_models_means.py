"""Whether a large model can work here, in one sentence: libraries, the model itself or a way to it, a GPU."""

from types import SimpleNamespace

import streamlit as st

from engine import client
from engine.editing.public_names import INSTALL
from engine.errors import EngineError


def is_ready(source: str) -> tuple[bool, bool]:
    """Whether a model lies on this machine, and whether libraries are lacking without which none can work."""
    means = means_for(source)
    return means.here, bool(means.lacking)


def tell(source: str) -> None:
    """What is missing, on the page; if nothing is, on what it will compute."""
    means = means_for(source)
    text = sentence(means)
    if text:
        st.info(text, icon=":material/info:")
    else:
        st.caption(f"It computes on {means.gpu}. The photo goes to Manifold's own engine and nowhere else.")


def means_for(source: str) -> SimpleNamespace:
    """What there is, as the engine says; asked for at most once a minute. Without an engine nothing is known."""
    try:
        return _asked(source)
    except EngineError:
        return SimpleNamespace(lacking=[], here=False, answers=True, gpu="")


@st.cache_data(ttl=60, show_spinner=False, max_entries=64)
def _asked(source: str) -> SimpleNamespace:
    return next(iter(client.engine().stream("editing", "public_means", source=source)))


def forget() -> None:
    """Ask anew the next time, for something has been fetched."""
    _asked.clear()


def sentence(means: SimpleNamespace) -> str:
    """What is missing in one sentence; "" if nothing is."""
    parts = []
    if means.lacking:
        parts.append(f"{_listed([f'`{name}`' for name in means.lacking])} (`{INSTALL}`, then restart the app)")
    if not (means.here or means.answers):
        parts.append("a network that reaches the Hugging Face hub")
    if not parts:
        return "" if means.gpu else "Without a GPU this works, but takes many minutes instead of seconds."
    slow = "" if means.gpu else ", and without a GPU it would take many minutes"
    return f"A large model needs {_listed(parts)}{slow}; all other exhibits work without."


def _listed(parts: list[str]) -> str:
    return " and ".join(parts)
