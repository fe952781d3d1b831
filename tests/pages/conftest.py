"""The pages under AppTest, with the engine in the same process."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"


@pytest.fixture(autouse=True)
def _inline_engine(monkeypatch):
    monkeypatch.setenv("MANIFOLD_ENGINE", "inline")
    st.cache_data.clear()


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Opens a page with the given parameters in its address: `visit("autoencoders.py", exhibit="Atlas")`."""

    def open_page(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=180)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(page).run() if page != "home.py" else app

    return open_page
