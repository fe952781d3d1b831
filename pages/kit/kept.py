"""Models that a person trained in the page and kept: in memory, the oldest dropped, served by URL to components."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST = 32
PARTS = ("decoder", "codes")


@dataclass(frozen=True)
class KeptModel:
    """A 2-D model's `decoder` weights and `codes`, both as safetensors bytes, with its title and classes."""

    token: str
    title: str
    classes: tuple[str, ...]
    decoder: bytes
    codes: bytes


_models: OrderedDict[str, KeptModel] = OrderedDict()
_lock = threading.Lock()


def keep(title: str, classes: tuple[str, ...], decoder: bytes, codes: bytes) -> KeptModel:
    """Remember a model under a token that nobody can guess."""
    model = KeptModel(secrets.token_urlsafe(8), title, classes, decoder, codes)
    with _lock:
        _models[model.token] = model
        while len(_models) > MOST:
            _models.popitem(last=False)
    return model


def file(token: str, part: str) -> bytes | None:
    """One of the `PARTS` of a kept model, or None when there is no such thing (any more)."""
    model = _models.get(token)
    return getattr(model, part) if model and part in PARTS else None
