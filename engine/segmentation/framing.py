"""Pictures of any size in front of a network: scaled, padded, cut into tiles that overlap; and all of it undone."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

NARROWEST = 1 / 3
"""A picture's short side is at least this part of the long side that the network wants, so that panoramas stay tall."""
LONGEST = 8
"""No side grows beyond this many times the long side that the network wants."""
LARGEST = 640
"""Pictures for a network that takes them at their own size are reduced to this long side."""


@dataclass(frozen=True)
class Frame:
    """How a picture of (height, width) pixels meets a network: scaled to `scaled`, padded to `padded`."""

    original: tuple[int, int]
    scaled: tuple[int, int]
    padded: tuple[int, int]

    @classmethod
    def of(cls, height: int, width: int, side: int, multiple: int) -> "Frame":
        """A frame whose long side is `side`, 0 for the picture's own, aspect kept, padded to multiples of `multiple`.

        Beyond an aspect of 3:1 the short side is held at a third of `side`, and the long one grows.
        """
        short, long = sorted((height, width))
        wanted = max(side / long, NARROWEST * side / short)
        scale = min(wanted, LONGEST * side / long) if side else min(1.0, LARGEST / long)
        scaled = tuple(max(1, round(length * scale)) for length in (height, width))
        return cls((height, width), scaled, tuple(-(-length // multiple) * multiple for length in scaled))

    def put(self, x: Tensor) -> Tensor:
        """Pictures (B, C, *original) → (B, C, *padded); the padding repeats the outermost pixels."""
        return self.pad(resized(x, self.scaled))

    def pad(self, x: Tensor) -> Tensor:
        """(B, C, *scaled) → (B, C, *padded), centred."""
        top, left, bottom, right = self.margins
        return F.pad(x, (left, right, top, bottom), mode="replicate")

    def unpad(self, x: Tensor) -> Tensor:
        """(B, C, *padded) → (B, C, *scaled): the exact inverse of `pad`."""
        top, left, bottom, right = self.margins
        return x[..., top : x.shape[-2] - bottom, left : x.shape[-1] - right]

    def take(self, x: Tensor) -> Tensor:
        """Maps (B, C, *padded) → (B, C, *original)."""
        return resized(self.unpad(x), self.original)

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Padding at the top, left, bottom and right."""
        (top, bottom), (left, right) = (
            ((full - inner) // 2, (full - inner) - (full - inner) // 2)
            for full, inner in zip(self.padded, self.scaled, strict=True)
        )
        return top, left, bottom, right

    def row_column(self, row: float, column: float) -> tuple[int, int]:
        """Where a pixel of the original lies in the padded picture."""
        top, left, _, _ = self.margins
        places = []
        for place, was, now, margin in zip((row, column), self.original, self.scaled, (top, left), strict=True):
            places.append(margin + min(now - 1, max(0, int((place + 0.5) * now / was))))
        return places[0], places[1]


def resized(x: Tensor, size: tuple[int, int]) -> Tensor:
    """(B, C, H, W) → (B, C, *size), smoothed where it shrinks; the same size is returned untouched."""
    if tuple(x.shape[-2:]) == tuple(size):
        return x
    return F.interpolate(x, size, mode="bilinear", align_corners=False, antialias=True)


def tiled(network: Callable[[Tensor], Tensor], x: Tensor, tile: int, overlap: int) -> Tensor:
    """network(x) for (B, C, H, W), in squares of at most `tile` that overlap by at least `overlap`, seams blended.

    Where two tiles overlap, the one fades into the other linearly, so what both agree on comes out unchanged. A size
    that fits one tile is not cut. `tile` and `overlap` must suit the network's multiple.
    """
    rows, columns = (spans(length, tile, overlap) for length in x.shape[-2:])
    bands = [
        _blended([network(x[..., top:bottom, left:right]) for left, right in columns], columns, -1)
        for top, bottom in rows
    ]
    return _blended(bands, rows, -2)


def spans(length: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Starts and ends of equal pieces of `tile`, evenly spread over `length`, each overlapping the next."""
    if length <= tile:
        return [(0, length)]
    count = -(-(length - overlap) // (tile - overlap))
    starts = [round(i * (length - tile) / (count - 1)) for i in range(count)]
    return [(start, start + tile) for start in starts]


def _blended(pieces: list[Tensor], ends: list[tuple[int, int]], axis: int) -> Tensor:
    joined = pieces[0]
    for piece, (start, _), (_, before) in zip(pieces[1:], ends[1:], ends[:-1], strict=True):
        shared = before - start
        old, new = joined.narrow(axis, start, shared), piece.narrow(axis, 0, shared)
        ramp = torch.linspace(0, 1, shared + 2, device=piece.device)[1:-1]
        ramp = ramp if axis == -1 else ramp[:, None]
        rest = piece.narrow(axis, shared, piece.shape[axis] - shared)
        joined = torch.cat([joined.narrow(axis, 0, start), torch.lerp(old, new, ramp), rest], axis)
    return joined
