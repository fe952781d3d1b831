"""What travels between pages and engine: msgpack, with arrays as raw bytes and records as objects with attributes."""

from dataclasses import asdict, is_dataclass
from types import SimpleNamespace
from typing import Any

import msgpack
import numpy as np

ARRAY, RECORD = 1, 2
MEDIA_TYPE = "application/msgpack"


def pack(value: Any) -> bytes:
    """Bytes of nested dicts, lists, scalars, strings, NumPy arrays and dataclass records."""
    return msgpack.packb(value, default=_encode)


def unpack(data: bytes) -> Any:
    """The value behind `pack`; arrays are read-only views, records are `SimpleNamespace`."""
    return msgpack.unpackb(data, ext_hook=_decode, strict_map_key=False)


def unpacker() -> msgpack.Unpacker:
    """An incremental reader of packed values: `feed` it bytes, iterate the values that are complete."""
    return msgpack.Unpacker(ext_hook=_decode, strict_map_key=False, max_buffer_size=2**30)


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind not in "OV":  # neither objects nor structures
        return msgpack.ExtType(ARRAY, msgpack.packb((value.dtype.str, value.shape, value.tobytes())))
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, SimpleNamespace):
        return msgpack.ExtType(RECORD, pack(vars(value)))
    if is_dataclass(value):
        return msgpack.ExtType(RECORD, pack(asdict(value)))
    raise TypeError(f"A {type(value).__name__} cannot travel between page and engine.")


def _decode(code: int, data: bytes) -> Any:
    if code == ARRAY:
        dtype, shape, raw = msgpack.unpackb(data)
        return np.frombuffer(raw, np.dtype(dtype)).reshape(shape)
    return SimpleNamespace(**unpack(data))
