"""Show the code: the lines of the engine that made a picture, read from the source."""

import ast
from functools import cache
from pathlib import Path

import streamlit as st

ENGINE = Path(__file__).resolve().parents[2] / "engine"


@cache
def source(path: str, name: str) -> str:
    """The source of a top-level function or class (`Class.method` works too) in `engine/{path}`."""
    text = (ENGINE / path).read_text("utf-8")
    scope: ast.AST = ast.parse(text)
    for part in name.split("."):
        scope = next(node for node in scope.body if getattr(node, "name", None) == part)
    first = min([scope.lineno, *(decorator.lineno for decorator in scope.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : scope.end_lineno])


def show_code(path: str, *names: str) -> None:
    """A fold that opens on the engine's own lines."""
    with st.expander("Show the code", icon=":material/code:"):
        for name in names:
            st.caption(f"`engine/{path}` · `{name}`")
            st.code(source(path, name), language="python")
