"""What the page /segmentation asks of a model. A picture travels as uint8 (H, W, 3), as `open_upload` gives it.

Pictures of any size: the network sees them at a size of its own, `height` × `width` in the answers below.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.operations import operation
from engine.segmentation import instances as separate
from engine.segmentation import microscope, public
from engine.segmentation.framing import Frame, resized
from engine.segmentation.inference import averaged, class_map, framed, look, sides_around, thing_map
from engine.segmentation.microscope import Block
from engine.segmentation.networks import Segmenter
from engine.segmentation.public import Fetched
from engine.segmentation.refining import guided


@operation()
def segment(
    model: Segmenter, picture: Tensor, size: Sequence[int] | None = None, skips: Sequence[str] = (),
    logits: bool = False, side: int = 0, twice: bool = False,
) -> dict[str, Tensor]:  # fmt: skip
    """What each pixel shows.

    `probabilities`: uint8 (classes, height, width), p · 255, at the network's size; `classes`: uint8 (*size), the
    likeliest class of every pixel at `size` (rows, columns), by default the picture's own. With `logits` also
    `logits`: float16 (classes, height, width). `skips` is "on", "zero" or "mean" for each level from the top;
    `side` has the network see the picture with another long side than it was trained for; `twice` takes the mean over
    several sizes around that and over mirror images, with all skips and without logits. Raises `ValueError`.
    """
    if twice and (skips or logits):
        raise ValueError("Skips and logits belong to one look: several have none in common.")
    found, p, frame = _seen(model, picture, side, twice, skips)
    answer = {
        "probabilities": (255 * p[0]).round().to(torch.uint8),
        "classes": class_map(p, _checked(size) if size else frame.original, model.background),
    }
    return answer | ({"logits": found[0].half()} if logits else {})


@operation()
def cut_out(
    model: Segmenter, picture: Tensor, classes: Sequence[int] = (), refined: bool = True, side: int = 0,
    twice: bool = False,
) -> Tensor:  # fmt: skip
    """How opaque each pixel of a cut-out is, uint8 (H, W): p · 255 of the given classes together, by default of all but
    class 0, at the picture's own size; `refined` draws edges where the picture has them. `side` and `twice` as for
    `segment`. Raises `ValueError`."""
    _, p, frame = _seen(model, picture, side, twice)
    chosen = sorted(set(classes)) or [*range(1, model.classes)]
    if not 0 <= chosen[0] <= chosen[-1] < model.classes:
        raise ValueError(f"The classes are 0…{model.classes - 1}.")
    p = p[:, chosen].sum(1, keepdim=True)
    fine = picture.permute(2, 0, 1)[None].float() / 255
    opacity = guided(p, fine) if refined else resized(p, frame.original)
    return (255 * opacity[0, 0]).round().to(torch.uint8)


@operation(apart=True)
def fetch_public(device: torch.device, name: str) -> Iterator[Fetched]:
    """Bring a model of torchvision to this machine, reporting on the way. Raises `NoPublicModel`."""
    yield from public.fetch(name)


@operation()
def segment_public(
    device: torch.device, name: str, picture: Tensor, size: Sequence[int] | None = None, logits: bool = False
) -> dict[str, Tensor]:
    """`segment` with a model of torchvision that has been fetched; asked of the family "segmentation".

    Raises `NoPublicModel`, `ValueError`.
    """
    return segment(public.load(name, device), picture, size, logits=logits)


@operation()
def public_here(device: torch.device) -> list[str]:
    """The names of torchvision's models that need no download."""
    return [name for name in public.PUBLIC if public.present(name)]


@operation()
def things(model: Segmenter, picture: Tensor, size: Sequence[int] | None = None, how: str = "watershed") -> Tensor:
    """Every separate piece of what is not class 0 with a number of its own, int32 (*size), 0 elsewhere: `how` is
    "components" or "watershed". Raises `ValueError`."""
    ways = {"components": separate.components, "watershed": separate.watershed}
    if how not in ways:
        raise ValueError(f"Pieces are told apart by {' or '.join(ways)}, not by '{how}'.")
    found, frame = look(model, picture)
    mask = thing_map(found.softmax(1), _checked(size) if size else frame.original)
    return torch.from_numpy(ways[how](mask.cpu().numpy()))


@operation()
def features(model: Segmenter, picture: Tensor, block: str, skips: Sequence[str] = (), side: int = 0) -> dict[str, Any]:
    """The feature maps of one block: `maps` float16 (channels, h, w), and where in them the picture lies without its
    padding: `inner` (top, left, bottom, right), shares of height and width. `side` here and below as for `segment`.
    Raises `ValueError`."""
    microscope.own(model, block)
    x, frame = framed(model, picture, side)
    maps = model.features(x, **({"skips": skips} if skips else {}))[block][0]
    (top, left, bottom, right), (height, width) = frame.margins, frame.padded
    return {"maps": maps.half(), "inner": (top / height, left / width, 1 - bottom / height, 1 - right / width)}


@operation()
def blocks(model: Segmenter, height: int, width: int, side: int = 0) -> list[Block]:
    """Every block for pictures of height × width pixels, in the order of computing."""
    return microscope.blocks(model, height, width, side)


@operation()
def overview(model: Segmenter, picture: Tensor, largest: int = 96, side: int = 0) -> dict[str, Tensor]:
    """Of every block the map that varies most, uint8 (h, w), at most `largest` values a side, padding left out."""
    return microscope.overview(model, picture, largest, side)


@operation()
def receptive_fields(
    model: Segmenter, height: int, width: int, block: str, rows: int, columns: int, side: int = 0
) -> dict[str, Tensor]:
    """What each value of a block's maps of rows × columns sees of a height × width picture: first and last row by row,
    `rows` int32 (rows, 2), and first and last column by column, `columns` int32 (columns, 2). Raises `ValueError`."""
    found = microscope.all_seen(model, height, width, block, rows, columns, side)
    return dict(zip(("rows", "columns"), found, strict=True))


@operation()
def receptive_field(
    model: Segmenter, height: int, width: int, block: str, row: int, column: int, side: int = 0
) -> dict[str, int]:
    """The pixels `top`…`bottom`, `left`…`right` of a height × width picture that value (row, column) of a block's maps
    depends on. Raises `ValueError`."""
    return microscope.seen(model, height, width, block, row, column, side)._asdict()


@operation()
def arithmetic(
    model: Segmenter, picture: Tensor, block: str, channel: int, row: int, column: int, side: int = 0
) -> dict[str, Tensor | float]:
    """The convolution behind one value of a block, with its real numbers: `inputs` and `kernel` float32 (C, k, k),
    `bias`, `total` = Σ inputs · kernel + bias, `normalised`, `output` after ReLU, `dilation`. Raises `ValueError`."""
    sum_of = microscope.arithmetic(model, picture, block, channel, row, column, side)
    return {name: getattr(sum_of, name) for name in sum_of.__dataclass_fields__}


def _seen(
    model: Segmenter, picture: Tensor, side: int, twice: bool, skips: Sequence[str] = ()
) -> tuple[Tensor | None, Tensor, Frame]:
    """Logits, None if it looks more than once; probabilities; and the frame of both."""
    if twice:
        if not (side or model.side):
            raise ValueError("This network takes pictures at their own size, so there are no sizes around it.")
        return None, *averaged(model, picture, sides_around(side or model.side))
    logits, frame = look(model, picture, skips, side)
    return logits, logits.softmax(1), frame


def _checked(size: Sequence[int]) -> tuple[int, int]:
    height, width = size
    if not (0 < height <= 8192 and 0 < width <= 8192):
        raise ValueError("A size is two numbers in 1…8192: rows and columns.")
    return int(height), int(width)
