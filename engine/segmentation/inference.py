"""A network looks at one picture of any size."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.segmentation.framing import Frame, resized, tiled
from engine.segmentation.networks import Segmenter

TILE, OVERLAP = 512, 64
"""Pictures larger than a tile, as the network sees them, are cut."""

SIDES = 32, 1024
"""A person may have a picture seen with a long side in this range."""

THING = 0.5
"""A pixel shows a thing where everything but the background is likelier than this, together."""

AROUND = 1.6, 1.0, 0.7
"""Of these sizes, as shares of the one that a network was trained for, the mean is taken."""


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


def sides_around(side: int) -> list[int]:
    """The long sides to average over around one, larger and smaller."""
    return [min(SIDES[1], max(SIDES[0], round(share * side))) for share in AROUND]


def averaged(model: Segmenter, picture: Tensor, sides: Sequence[int], mirrored: bool = True) -> tuple[Tensor, Frame]:
    """Test-time averaging: the mean of what a network says of one picture uint8 (H, W, 3) seen at several sizes.

    Probabilities (1, classes, *frame.scaled), with the frame of the largest of the `sides`; `mirrored` looks at the
    mirror image each time too. Raises `ValueError`.
    """
    frame = Frame.of(*picture.shape[:2], max(sides), model.multiple)
    network = _both_ways(model) if mirrored else model
    total = torch.zeros(1, model.classes, *frame.scaled, device=picture.device)
    for side in sides:
        x, seen = framed(model, picture, side)
        p = seen.unpad(tiled(network, x, TILE, OVERLAP)).softmax(1).mean(0, keepdim=True)
        total += resized(p, frame.scaled)
    return total / len(sides), frame


def _both_ways(model: Segmenter) -> Callable[[Tensor], Tensor]:
    """A network for one picture (1, 3, H, W) that answers twice: as it is, and by way of its mirror image."""

    def network(x: Tensor) -> Tensor:
        plain, mirrored = model(torch.cat([x, x.flip(-1)])).chunk(2)
        return torch.cat([plain, mirrored.flip(-1)])

    return network


def class_map(probabilities: Tensor, size: tuple[int, int], background: bool = False) -> Tensor:
    """(1, classes, h, w) → the likeliest class of every pixel at another size, uint8 (H, W); one class in memory at a
    time.

    Where class 0 is a `background`, it must be likelier than all others together, as in `thing_map`: kinds of clothing
    that share what a person has would lose to it one by one.
    """
    best = resized(probabilities[:, :1], size)[0, 0]
    if background:
        best = best.masked_fill(best < THING, 0)
    classes = torch.zeros(size, dtype=torch.uint8, device=best.device)
    for number in range(1, probabilities.shape[1]):
        rival = resized(probabilities[:, number : number + 1], size)[0, 0]
        classes.masked_fill_(rival > best, number)
        best = torch.maximum(best, rival)
    return classes


def thing_map(probabilities: Tensor, size: tuple[int, int], threshold: float = THING) -> Tensor:
    """(1, classes, h, w) → where everything but class 0 together is likelier than `threshold`, bool (H, W)."""
    return resized(1 - probabilities[:, :1], size)[0, 0] > threshold
