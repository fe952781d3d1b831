"""Large pictures and arrays that a component fetches by URL. They live as long as the session that shows them."""

import threading
from collections.abc import Callable, Hashable
from hashlib import sha256
from weakref import WeakValueDictionary

import streamlit as st

MOST = 32
"""So many files of a session are kept, the latest."""


class Shown:
    """The bytes of a file and what they are."""

    def __init__(self, data: bytes, media_type: str):
        self.data, self.media_type = data, media_type
        self.token = sha256(data).hexdigest()[:32]


_files: WeakValueDictionary[str, Shown] = WeakValueDictionary()
_lock = threading.Lock()


def url(key: Hashable, media_type: str, make: Callable[[], bytes]) -> str:
    """Where a browser finds the file that `key` stands for; it is made unless this session has it already."""
    mine = st.session_state.setdefault("shown", {})
    file = mine.pop(key, None) or Shown(make(), media_type)
    with _lock:
        mine[key] = _files.setdefault(file.token, file)
    while len(mine) > MOST:
        del mine[next(iter(mine))]
    return f"/api/shown/{mine[key].token}"


def find(token: str) -> Shown | None:
    """The file of that token, or None when no session shows it (any more)."""
    return _files.get(token)
