"""Weights on disk, a byte a number: each block of 64 numbers of a large tensor shares one scale, x ≈ scale · q.

The block-wise absolute-maximum quantisation of Dettmers et al. 2022 (8-bit Optimizers via Block-wise Quantization,
section 2.1) with a linear code. Small tensors stay in float16. NumPy only: pages read weights too.
"""

from collections.abc import Mapping

import numpy as np

BLOCK = 64
LARGE = 4096
"""Tensors with as many numbers are packed; biases, norms and the like are not worth it."""
SCALE = "#scale"
"""What the name of a packed tensor's scales ends in."""


def pack(tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Large floating tensors as int8 of the same shape with `NAME#scale` float16 (blocks,) beside them, other floating
    ones as float16, the rest as they are."""
    packed = {}
    for name, tensor in tensors.items():
        if not np.issubdtype(tensor.dtype, np.floating):
            packed[name] = tensor
        elif tensor.size < LARGE:
            packed[name] = tensor.astype(np.float16)
        else:
            blocks = _blocks(tensor.astype(np.float32))
            scale = (np.abs(blocks).max(1) / 127).astype(np.float16)
            q = np.divide(blocks, scale[:, None], out=np.zeros_like(blocks), where=scale[:, None] > 0)
            packed[name] = _unblocked(np.clip(np.rint(q), -127, 127).astype(np.int8), tensor.shape)
            packed[name + SCALE] = scale
    return packed


def unpack(packed: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The tensors again: packed ones as float32, within scale / 2 of what they were; all others as they lie there."""
    tensors = {}
    for name, stored in packed.items():
        if name.endswith(SCALE):
            continue
        scale = packed.get(name + SCALE)
        tensors[name] = stored if scale is None else _scaled(stored, scale)
    return tensors


def _scaled(q: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return _unblocked(_blocks(q) * scale[:, None].astype(np.float32), q.shape)


def _blocks(tensor: np.ndarray) -> np.ndarray:
    """Any tensor → (blocks, 64), filled up with zeros."""
    flat = tensor.reshape(-1)
    return np.pad(flat, (0, -len(flat) % BLOCK)).reshape(-1, BLOCK)


def _unblocked(blocks: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return blocks.reshape(-1)[: int(np.prod(shape))].reshape(shape)
