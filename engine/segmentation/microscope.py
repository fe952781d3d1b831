"""Inside a network: its blocks, what each value can see, and the sum behind it.

`side` is the long side at which the network sees the picture, 0 for its own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.segmentation.framing import Frame, resized
from engine.segmentation.inference import framed
from engine.segmentation.networks import Segmenter
from engine.segmentation.receptive_fields import Box, layers, receptive_field


@dataclass(frozen=True)
class Block:
    """One block for one size of picture: what it reads (blocks or "picture"), the shape of its maps (channels, height,
    width), its layers in words and how many trained numbers it holds."""

    name: str
    reads: tuple[str, ...]
    shape: tuple[int, int, int]
    layers: tuple[str, ...]
    parameters: int


@dataclass(frozen=True)
class Arithmetic:
    """One value of a convolution: Σ inputs · kernel + bias = total, then `normalised`, then `output`.

    inputs and kernel are float32 (C, k, k); inputs beyond the map's edge are zero; `dilation` is their distance.
    """

    inputs: Tensor
    kernel: Tensor
    bias: float
    total: float
    normalised: float
    output: float
    dilation: int


def blocks(model: Segmenter, height: int, width: int, side: int = 0) -> list[Block]:
    """Every block of a network, in the order of computing, for a picture of height × width pixels."""
    x, _ = framed(model, torch.zeros(height, width, 3, dtype=torch.uint8, device=device_of(model)), side)
    maps, wiring = model.features(x), model.wiring()
    return [
        Block(
            name,
            tuple(source for source, _ in wiring[name]),
            tuple(maps[name].shape[1:]),
            tuple(filter(None, (described(layer) for module in used_by(model, name) for layer in layers(module)))),
            sum(p.numel() for module in used_by(model, name) for p in module.parameters()),
        )
        for name in maps
    ]


def used_by(model: Segmenter, block: str) -> list[nn.Module]:
    """The modules of a block, those that bring its inputs first, each once."""
    modules = [module for _, way in model.wiring()[block] for module in way]
    return sorted(dict.fromkeys(modules), key=lambda module: module is own(model, block))


def own(model: Segmenter, block: str) -> nn.Module:
    """A block's own module, behind whatever brings its inputs. Raises `ValueError` for an unknown block."""
    wiring = model.wiring()
    if block not in wiring:
        raise ValueError(f"There is no block '{block}'; known are {', '.join(wiring)}.")
    return wiring[block][0][1][-1]


def described(layer: nn.Module) -> str:
    """A layer in a few words; nothing for one that does nothing."""
    match layer:
        case nn.Conv2d(in_channels=c, out_channels=d, kernel_size=(k, _), dilation=(gap, _)):
            return f"convolution {k}×{k}, {c} → {d}" + (f", dilation {gap}" if gap > 1 else "")
        case nn.ConvTranspose2d(in_channels=c, out_channels=d, kernel_size=(k, _)):
            return f"transposed convolution {k}×{k}, {c} → {d}, twice the size"
        case nn.MaxPool2d(kernel_size=k):
            return f"maximum of {k}×{k}"
        case nn.Upsample(scale_factor=f, mode=mode):
            return f"{mode} up-sampling ×{int(f)}"
        case nn.PixelUnshuffle(downscale_factor=f):
            return f"{f}×{f} pixels folded into channels"
        case nn.BatchNorm2d():
            return "batch norm"
        case nn.GroupNorm(num_groups=groups):
            return f"group norm, {groups} groups"
        case nn.ReLU():
            return "ReLU"
    return ""


def seen(model: Segmenter, height: int, width: int, block: str, row: int, column: int, side: int = 0) -> Box:
    """The pixels of a height × width picture that value (row, column) of a block's maps depends on.

    What lies beyond the picture's edge is cut off. Raises `ValueError` for an unknown block.
    """
    own(model, block)
    frame = Frame.of(height, width, side or model.side, model.multiple)
    return _in_picture(receptive_field(model.wiring(), block, row, column), frame)


def all_seen(
    model: Segmenter, height: int, width: int, block: str, rows: int, columns: int, side: int = 0
) -> tuple[Tensor, Tensor]:
    """`seen` for each value of a map of rows × columns, an axis at a time, for they have nothing to do with each other:
    first and last row of the picture by row, int32 (rows, 2), and first and last column by column, int32 (columns, 2).

    Raises `ValueError` for an unknown block.
    """
    own(model, block)
    frame, wiring = Frame.of(height, width, side or model.side, model.multiple), model.wiring()
    boxes = [_in_picture(receptive_field(wiring, block, i, i), frame) for i in range(max(rows, columns))]
    return (
        torch.tensor([(box.top, box.bottom) for box in boxes[:rows]], dtype=torch.int32),
        torch.tensor([(box.left, box.right) for box in boxes[:columns]], dtype=torch.int32),
    )


def overview(model: Segmenter, picture: Tensor, largest: int, side: int = 0) -> dict[str, Tensor]:
    """Of every block the map that varies most over the picture, without padding and at most `largest` values a side, as
    uint8 (h, w) from its least value to its largest."""
    x, frame = framed(model, picture, side)
    (top, left, bottom, right), (height, width) = frame.margins, frame.padded
    shown = {}
    for name, maps in model.features(x).items():
        down, across = maps.shape[2] / height, maps.shape[3] / width
        rows = slice(round(top * down), max(round((height - bottom) * down), round(top * down) + 1))
        columns = slice(round(left * across), max(round((width - right) * across), round(left * across) + 1))
        inner = maps[:, :, rows, columns]
        telling = inner[:, inner[0].flatten(1).std(1, correction=0).argmax()][:, None]
        factor = min(1.0, largest / max(telling.shape[2:]))
        small = resized(telling, tuple(max(1, round(length * factor)) for length in telling.shape[2:]))[0, 0]
        shown[name] = (255 * (small - small.min()) / (small.max() - small.min()).clamp(min=1e-6)).round().byte()
    return shown


def arithmetic(
    model: Segmenter, picture: Tensor, block: str, channel: int, row: int, column: int, side: int = 0
) -> Arithmetic:
    """The sum that the last convolution of a block makes for one value of the block's maps.

    A head enlarges what its convolution says: there it is the value that lies below the place. Raises `ValueError` for
    an unknown block, one without a convolution, or a place that is not there.
    """
    parts = list(layers(own(model, block)))
    convolutions = [i for i, layer in enumerate(parts) if isinstance(layer, nn.Conv2d)]
    if not convolutions:
        raise ValueError(f"The block '{block}' has no convolution.")
    convolution, behind = parts[convolutions[-1]], parts[convolutions[-1] + 1 :]
    caught = []
    handle = convolution.register_forward_hook(lambda _, inputs, output: caught.append((inputs[0], output)))
    try:
        maps = model.features(framed(model, picture, side)[0])[block]
    finally:
        handle.remove()
    inputs, output = caught[-1]
    _, channels, height, width = maps.shape
    if not (0 <= channel < channels and 0 <= row < height and 0 <= column < width):
        raise ValueError(f"The maps of '{block}' are {channels} × {height} × {width}.")
    row, column = row * output.shape[2] // height, column * output.shape[3] // width
    (k, _), (d, _), (p, _) = convolution.kernel_size, convolution.dilation, convolution.padding
    padded = nn.functional.pad(inputs[0], (p,) * 4)
    window = padded[:, row : row + d * (k - 1) + 1 : d, column : column + d * (k - 1) + 1 : d]
    values = [output]
    for layer in behind:
        if not isinstance(layer, nn.Upsample | nn.Identity):
            values.append(layer(values[-1]))
    total, *later = (float(value[0, channel, row, column]) for value in values)
    return Arithmetic(
        inputs=window.float(),
        kernel=convolution.weight[channel].float(),
        bias=0.0 if convolution.bias is None else float(convolution.bias[channel]),
        total=total,
        normalised=later[0] if later else total,
        output=later[-1] if later else total,
        dilation=d,
    )


def _in_picture(box: Box, frame: Frame) -> Box:
    """A box in pixels of what the network sees → in pixels of the picture, cut off at its edge."""
    top, left, _, _ = frame.margins
    ends = []
    for place, margin, was, now in zip(box, (top, left) * 2, frame.original * 2, frame.scaled * 2, strict=True):
        ends.append(min(was - 1, max(0, round((place - margin + 0.5) * was / now - 0.5))))
    return Box(*ends)


def device_of(model: nn.Module) -> torch.device:
    """Where a network's weights are."""
    return next(model.parameters()).device
