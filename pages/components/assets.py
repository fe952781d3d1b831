"""How a browser component gets from its folder into the page, and how what a hand changed in it comes back."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components import v2
from streamlit.components.v2.types import ComponentRenderer

FOLDER = Path(__file__).parent


@cache
def component(name: str, html: str, parts: tuple[str, ...] = ()) -> ComponentRenderer:
    """Register the component in the folder `name` as `manifold_{name}` and return the callable that mounts it.

    Its script is `shared.js`, the scripts of the folders in `parts` and then the folder's own, each in the order of
    `sources`: `{name}.js`, the last, alone has the `export default`. Its style is `shared.css` and then the style
    sheets of the same folders. `html` is the markup that the script finds at first.

    Raises:
        FileNotFoundError: a folder has no `{name}.js` or no `{name}.css`.
    """
    shared = (FOLDER / "shared.js").read_text(encoding="utf-8")
    script = "\n".join([shared, *(sources(folder, "js") for folder in (*parts, name))])
    foundation = (FOLDER / "shared.css").read_text(encoding="utf-8")
    style = "\n".join([foundation, *(sources(folder, "css") for folder in (*parts, name))])
    # Streamlit takes a string without a line break inside for the path of a file: the comment line gives it one.
    return v2.component(f"manifold_{name}", html=f"<!-- {name} -->\n{html}", css=style, js=script)


def sources(name: str, suffix: str) -> str:
    """All of a component's files with that suffix: its parts in alphabetical order, then `{name}.{suffix}`."""
    main = FOLDER / name / f"{name}.{suffix}"
    parts = sorted(part for part in main.parent.glob(f"*.{suffix}") if part != main)
    return "\n".join(part.read_text(encoding="utf-8") for part in [*parts, main])


def controlled(mount: ComponentRenderer, *, key: str, value: Any, data: dict[str, Any]) -> Any:
    """Mount a component whose `value` Python may set and a hand may change; return the newest of the two.

    The script gets `data.value` and calls `setStateValue("edit", {serial, value})` on a change. Each edit is taken
    once, so the caller keeps what is returned and passes it back: `kept = controlled(…, value=kept, …)`. The script
    gets the serial of the last edit taken as `data.answered` and ignores a `data.value` that is older than its own.
    """
    value, answered = newest(key, value)
    mount(key=key, data={**data, "value": value, "answered": answered}, on_edit_change=lambda: None)
    return value


def newest(key: str, value: Any) -> tuple[Any, int | None]:
    """The newest of `value` and what a hand made of it in the component `key`, and the serial of the last edit taken.

    For a component whose other data hangs on the value; `controlled` is for all the rest.
    """
    taken = f"{key}:taken"
    answered = st.session_state.get(taken)
    edit = st.session_state.get(key, {}).get("edit")
    if edit and edit["serial"] != answered:
        value, answered = edit["value"], edit["serial"]
    st.session_state[taken] = answered
    return value, answered
