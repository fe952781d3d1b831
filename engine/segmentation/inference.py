"""A network looks at one picture of any size."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.segmentation.framing import Frame, resized, tiled
from engine.segmentation.networks import Segmenter

TILE, OVERLAP = 512, 64
"""Pictures larger than a tile, as the network sees them, are cut."""


SIDES = 32, 1024
"""A person may have a picture seen with a long side in this range."""


def framed(model: Segmenter, picture: Tensor, side: int = 0) -> tuple[Tensor, Frame]:
    """uint8 (H, W, 3) → float32 (1, 3, h, w) in 0…1 as the network wants it, and how to undo that; with `side` its
    long side is that many pixels instead.

    Raises `ValueError` for anything else.
    """
    if side and not SIDES[0] <= side <= SIDES[1]:
        raise ValueError(f"A picture is seen with a long side of {SIDES[0]}…{SIDES[1]} pixels, not {side}.")
    if picture.ndim != 3 or picture.shape[-1] != 3 or picture.dtype != torch.uint8 or not picture.numel():
        raise ValueError("A picture must be uint8 (H, W, 3).")
    frame = Frame.of(*picture.shape[:2], side or model.side, model.multiple)
    x = picture.permute(2, 0, 1)[None]
    if x.is_cuda:
        x = x.float()  # only the CPU resizes bytes, and far faster than floats
    return frame.pad(resized(x, frame.scaled).float() / 255), frame


def look(model: Segmenter, picture: Tensor, skips: Sequence[str] = (), side: int = 0) -> tuple[Tensor, Frame]:
    """Logits (1, classes, *frame.scaled) of a picture uint8 (H, W, 3), and its frame.

    `skips` is for networks that have them, one word a level; see `passed`. `side` as for `framed`. Raises `ValueError`.
    """
    if skips and len(skips) != model.skips:
        raise ValueError(f"This network has {model.skips} skips, not {len(skips)}.")
    x, frame = framed(model, picture, side)
    options = {"skips": skips} if skips else {}
    logits = tiled(lambda part: model(part, **options), x, TILE, OVERLAP)
    return frame.unpad(logits), frame


def class_map(probabilities: Tensor, size: tuple[int, int]) -> Tensor:
    """(1, classes, h, w) → the likeliest class of every pixel at another size, uint8 (H, W); one class in memory at a
    time."""
    best = resized(probabilities[:, :1], size)[0, 0]
    classes = torch.zeros(size, dtype=torch.uint8, device=best.device)
    for number in range(1, probabilities.shape[1]):
        rival = resized(probabilities[:, number : number + 1], size)[0, 0]
        classes.masked_fill_(rival > best, number)
        best = torch.maximum(best, rival)
    return classes


def thing_map(probabilities: Tensor, size: tuple[int, int], threshold: float = 0.5) -> Tensor:
    """(1, classes, h, w) → where everything but class 0 together is likelier than `threshold`, bool (H, W)."""
    return resized(1 - probabilities[:, :1], size)[0, 0] > threshold
