"""A record of a race as bytes that the browser reads, and all records as one archive for a notebook."""

import json
import struct
from io import BytesIO
from types import SimpleNamespace

import numpy as np
from safetensors.numpy import load, save

from pages.components.frame_player import pack

PICTURES = ("fakes", "landscape", "arrows")
COUNTS = ("modes", "high_quality", "reverse_kl", "js")


def packed(record: SimpleNamespace, at: float, side: str) -> bytes:
    """A `RaceRecord` as u32 length, JSON, safetensors; `at` is its place in the film, `side` who alone was updated."""
    header = {
        "step": record.step, "at": at, "side": side, "stopped": list(record.stopped), "window": list(record.window)
    }  # fmt: skip
    tensors = {name: np.ascontiguousarray(getattr(record, name)) for name in PICTURES}
    tensors |= {name: np.asarray(getattr(record, name), np.float32) for name in COUNTS}
    tensors |= {name: np.ascontiguousarray(series, np.float32) for name, series in record.history.items()}
    return pack(header, save(tensors))


def unpacked(data: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of a packed record."""
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), load(data[4 + length :])


def archive(records: list[bytes], names: tuple[str, ...]) -> bytes:
    """All records as NPZ: what each showed (R, L, …), the counts (R, L), and each update's losses (L, N)."""
    if not records:
        return archive_of(lanes=np.array(names))
    headers, arrays = zip(*map(unpacked, records), strict=True)
    joined = {name: np.stack([each[name] for each in arrays]) for name in PICTURES + COUNTS}
    series = [name for name in arrays[0] if name not in joined]
    joined |= {name: np.concatenate([each[name] for each in arrays], 1) for name in series}
    return archive_of(lanes=np.array(names), steps=np.array([each["step"] for each in headers]), **joined)


def archive_of(**arrays: np.ndarray) -> bytes:
    """Arrays as NPZ."""
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()
