"""The newest weights of trainings under way, for components that watch them: in memory, the oldest dropped."""

import secrets
import threading
from collections import OrderedDict

MOST = 64

_weights: OrderedDict[str, bytes] = OrderedDict()
_lock = threading.Lock()


def new_token() -> str:
    """A name that nobody can guess, for one training."""
    return secrets.token_urlsafe(8)


def put(token: str, weights: bytes) -> None:
    """Take the place of what was kept under `token`."""
    with _lock:
        _weights[token] = weights
        _weights.move_to_end(token)
        while len(_weights) > MOST:
            _weights.popitem(last=False)


def get(token: str) -> bytes | None:
    """The newest weights as safetensors, or None when there are none (any more)."""
    return _weights.get(token)
