"""Which pixels a value can see: exactly, from kernels, strides and dilations, walked backwards through the layers.

Norms by group look at a whole map for its mean and spread; that is left out, as is usual.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from torch import nn

Wiring = Mapping[str, list[tuple[str, list[nn.Module]]]]
"""block → where its input comes from, each with the modules on the way, the block's own last."""

PICTURE = "picture"


class Box(NamedTuple):
    """Rows top…bottom and columns left…right, both ends inside; may reach over the picture's edge."""

    top: int
    left: int
    bottom: int
    right: int

    def joined(self, other: "Box") -> "Box":
        """The smallest box around both."""
        top, left = min(self.top, other.top), min(self.left, other.left)
        return Box(top, left, max(self.bottom, other.bottom), max(self.right, other.right))


def layers(module: nn.Module) -> Iterator[nn.Module]:
    """The layers of a module without branches, in order."""
    children = list(module.children())
    if not children:
        yield module
    for child in children:
        yield from layers(child)


def seen_by(first: int, last: int, layer: nn.Module) -> tuple[int, int]:
    """Along one axis: the inputs that outputs first…last of a layer depend on."""
    match layer:
        case nn.Conv2d(kernel_size=(k, _), stride=(s, _), padding=(p, _), dilation=(d, _)):
            return first * s - p, last * s - p + (k - 1) * d
        case nn.MaxPool2d(kernel_size=k, stride=s):
            return first * s, last * s + k - 1
        case nn.PixelUnshuffle(downscale_factor=f):
            return first * f, last * f + f - 1
        case nn.PixelShuffle(upscale_factor=f):
            return first // f, last // f
        case nn.ConvTranspose2d(kernel_size=(k, _), stride=(s, _), padding=(p, _)):
            return -((k - 1 - p - first) // s), (last + p) // s
        case nn.Upsample(scale_factor=f, mode="nearest"):
            return int(first // f), int(last // f)
        case nn.Upsample(scale_factor=f, mode="bilinear"):
            f = int(f)
            return (2 * first + 1 - f) // (2 * f), -((f - 1 - 2 * last) // (2 * f))
    return first, last


def receptive_field(wiring: Wiring, block: str, row: int, column: int) -> Box:
    """The pixels of the picture that value (row, column) of a block's maps depends on."""
    return _walk(wiring, block, Box(row, column, row, column))


def _walk(wiring: Wiring, block: str, box: Box) -> Box:
    if block == PICTURE:
        return box
    found = None
    for source, modules in wiring[block]:
        here = box
        for layer in reversed([layer for module in modules for layer in layers(module)]):
            (top, bottom), (left, right) = (seen_by(*ends, layer) for ends in ((here[0], here[2]), (here[1], here[3])))
            here = Box(top, left, bottom, right)
        here = _walk(wiring, source, here)
        found = here if found is None else found.joined(here)
    return found
