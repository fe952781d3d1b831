"""The networks: the U-Net, and what came before it. Pictures (B, 3, H, W) in 0…1 → class logits (B, classes, H, W).

Height and width must be multiples of `multiple`. `features` gives the maps of every block by name, `wiring` says what
each block reads. `data` names the classes, `side` is the long side the pictures were trained at, 0 for their own.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.segmentation.classes import LABELS
from engine.segmentation.layers import convolutions, doubled, enlarged, folded, passed
from engine.segmentation.receptive_fields import PICTURE, Wiring

Features = dict[str, Tensor]


class Segmenter(nn.Module):
    """What all networks share."""

    skips = 0

    def __init__(self, data: str, classes: int, multiple: int, side: int):
        super().__init__()
        self.data, self.classes, self.multiple, self.side = data, classes, multiple, side

    @property
    def background(self) -> bool:
        """Whether class 0 is no thing of its own."""
        return LABELS[self.data].background

    def features(self, x: Tensor) -> Features:
        """The maps (B, C, h, w) of every block, the logits last under "head"."""
        raise NotImplementedError

    def wiring(self) -> Wiring:
        """What each block reads, and through which modules."""
        raise NotImplementedError

    def forward(self, x: Tensor, **options) -> Tensor:
        return self.features(x, **options)["head"]


class UNet(Segmenter):
    """Ronneberger et al. 2015 with padded convolutions and norms; level i has widths[i] channels.

    `patch` × `patch` pixels are folded into channels first, which makes every convolution patch² times cheaper.
    `up` is "transposed", "bilinear" or "nearest"; `dilations` are those of the bottleneck's convolutions.
    """

    def __init__(
        self, data: str, classes: int, widths: Sequence[int], patch: int = 1, norm: str = "batch",
        up: str = "transposed", dilations: Sequence[int] = (1, 1), side: int = 0,
    ):  # fmt: skip
        super().__init__(data, classes, patch * 2 ** (len(widths) - 1), side)
        *sides, bottom = widths
        self.skips = len(sides)
        self.stem, self.shrink = folded(patch), nn.MaxPool2d(2)
        self.encoder = nn.ModuleList(
            convolutions(above, here, norm) for above, here in zip([3 * patch**2, *sides[:-1]], sides, strict=True)
        )
        self.bottleneck = convolutions(sides[-1], bottom, norm, tuple(dilations))
        self.up = nn.ModuleList(doubled(b, w, up) for w, b in zip(sides, [*sides[1:], bottom], strict=True))
        self.decoder = nn.ModuleList(convolutions(2 * here, here, norm) for here in sides)
        self.head = nn.Sequential(nn.Conv2d(sides[0], classes, 1), enlarged(patch))

    def features(self, x: Tensor, skips: Sequence[str] = ()) -> Features:
        """Every block's maps. `skips` says of each level from the top what its skip lets through; see `passed`."""
        skips = [*skips] or ["on"] * self.skips
        maps, h = {}, self.stem(x)
        for i, block in enumerate(self.encoder):
            maps[f"encoder{i}"] = h = block(self.shrink(h) if i else h)
        maps["bottleneck"] = h = self.bottleneck(self.shrink(h))
        for i in reversed(range(self.skips)):
            skip = passed(maps[f"encoder{i}"], skips[i])
            maps[f"decoder{i}"] = h = self.decoder[i](torch.cat([skip, self.up[i](h)], 1))
        maps["head"] = self.head(h).float()
        return maps

    def wiring(self) -> Wiring:
        deepest = self.skips - 1
        wires = {"encoder0": [(PICTURE, [self.stem, self.encoder[0]])]}
        for i in range(1, self.skips):
            wires[f"encoder{i}"] = [(f"encoder{i - 1}", [self.shrink, self.encoder[i]])]
        wires["bottleneck"] = [(f"encoder{deepest}", [self.shrink, self.bottleneck])]
        for i in reversed(range(self.skips)):
            below = "bottleneck" if i == deepest else f"decoder{i + 1}"
            wires[f"decoder{i}"] = [(f"encoder{i}", [self.decoder[i]]), (below, [self.up[i], self.decoder[i]])]
        return wires | {"head": [("decoder0", [self.head])]}


class FullyConvolutional(Segmenter):
    """A classifier whose last layers became convolutions: coarse scores, enlarged (Long et al. 2015).

    `fused` finer score maps are added on the way up: with one patch and five levels 0 is FCN-32s, 1 FCN-16s, 2 FCN-8s.
    """

    def __init__(
        self, data: str, classes: int, widths: Sequence[int], fused: int = 0, patch: int = 1, norm: str = "batch",
        side: int = 0,
    ):  # fmt: skip
        super().__init__(data, classes, patch * 2 ** (len(widths) - 1), side)
        self.stem, self.shrink = folded(patch), nn.MaxPool2d(2)
        self.encoder = nn.ModuleList(
            convolutions(above, here, norm) for above, here in zip([3 * patch**2, *widths[:-1]], widths, strict=True)
        )
        self.scores = nn.ModuleList(nn.Conv2d(w, classes, 1) for w in widths[: -fused - 2 : -1])
        self.enlarge = enlarged(2)
        self.head = nn.Sequential(enlarged(self.multiple // 2**fused))

    def features(self, x: Tensor) -> Features:
        maps, h = {}, self.stem(x)
        for i, block in enumerate(self.encoder):
            maps[f"encoder{i}"] = h = block(self.shrink(h) if i else h)
        maps["scores0"] = h = self.scores[0](h)
        for i, score in enumerate(self.scores[1:], 1):
            maps[f"scores{i}"] = h = self.enlarge(h) + score(maps[f"encoder{len(self.encoder) - 1 - i}"])
        maps["head"] = self.head(h).float()
        return maps

    def wiring(self) -> Wiring:
        deepest = len(self.encoder) - 1
        wires = {"encoder0": [(PICTURE, [self.stem, self.encoder[0]])]}
        for i in range(1, deepest + 1):
            wires[f"encoder{i}"] = [(f"encoder{i - 1}", [self.shrink, self.encoder[i]])]
        wires["scores0"] = [(f"encoder{deepest}", [self.scores[0]])]
        for i in range(1, len(self.scores)):
            wires[f"scores{i}"] = [(f"encoder{deepest - i}", [self.scores[i]]), (f"scores{i - 1}", [self.enlarge])]
        return wires | {"head": [(f"scores{len(self.scores) - 1}", [self.head])]}


class Dilated(Segmenter):
    """Two poolings instead of five, and a context module whose dilations grow: every map stays fine (Yu & Koltun 2016,
    table 1)."""

    def __init__(
        self, data: str, classes: int, widths: Sequence[int], patch: int = 1, norm: str = "batch",
        dilations: Sequence[int] = (1, 1, 2, 4, 8, 16, 1), side: int = 0,
    ):  # fmt: skip
        super().__init__(data, classes, patch * 2 ** (len(widths) - 1), side)
        self.stem, self.shrink = folded(patch), nn.MaxPool2d(2)
        self.encoder = nn.ModuleList(
            convolutions(above, here, norm) for above, here in zip([3 * patch**2, *widths[:-1]], widths, strict=True)
        )
        self.context = nn.ModuleList(convolutions(widths[-1], widths[-1], norm, (d,)) for d in dilations)
        self.head = nn.Sequential(nn.Conv2d(widths[-1], classes, 1), enlarged(self.multiple))

    def features(self, x: Tensor) -> Features:
        maps, h = {}, self.stem(x)
        for i, block in enumerate(self.encoder):
            maps[f"encoder{i}"] = h = block(self.shrink(h) if i else h)
        for i, block in enumerate(self.context):
            maps[f"context{i}"] = h = block(h)
        maps["head"] = self.head(h).float()
        return maps

    def wiring(self) -> Wiring:
        wires, source = {}, PICTURE
        for i, block in enumerate(self.encoder):
            wires[f"encoder{i}"] = [(source, [self.shrink if i else self.stem, block])]
            source = f"encoder{i}"
        for i, block in enumerate(self.context):
            wires[f"context{i}"] = [(source, [block])]
            source = f"context{i}"
        return wires | {"head": [(source, [self.head])]}


KINDS = {"unet": UNet, "fcn": FullyConvolutional, "dilated": Dilated}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
