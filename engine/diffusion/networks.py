"""The networks: a U-Net that predicts the noise in x_t, and a classifier that reads pictures through noise."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.diffusion.toy_model import ToyScores

GROUPS = 8


def sinusoids(t: Tensor, width: int) -> Tensor:
    """Times (B,), in steps 0…1000, → (B, width): half cosines, half sines of t at wavelengths 2π…2π·10⁴
    (Vaswani et al. 2017, section 3.5)."""
    frequency = torch.exp(-math.log(1e4) * torch.arange(width // 2, device=t.device) / (width // 2))
    angle = t[:, None].float() * frequency  # (B, width/2)
    return torch.cat([angle.cos(), angle.sin()], 1)


class Condition(nn.Module):
    """When and what: an embedding of the time t and, with `classes`, of a class y; (B, width).

    The last class, number `classes`, stands for "no class": what classifier-free guidance needs (Ho & Salimans 2022).
    """

    def __init__(self, width: int, classes: int):
        super().__init__()
        self.width, self.classes = width, classes
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.label = nn.Embedding(classes + 1, width) if classes else None

    def forward(self, t: Tensor, y: Tensor | None) -> Tensor:
        condition = self.time(sinusoids(t, self.width))
        if self.label is not None:
            none = torch.full_like(t, self.classes, dtype=torch.long)
            condition = condition + self.label(none if y is None else y)
        return F.silu(condition)


class ResidualBlock(nn.Module):
    """x + conv(silu(norm(conv(silu(norm(x))) + condition))), (B, inputs, H, W) → (B, outputs, H, W)."""

    def __init__(self, inputs: int, outputs: int, condition: int):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(GROUPS, inputs), nn.Conv2d(inputs, outputs, 3, padding=1)
        self.shift = nn.Linear(condition, outputs)
        self.norm2, self.conv2 = nn.GroupNorm(GROUPS, outputs), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        h = self.conv1(F.silu(self.norm1(x))) + self.shift(condition)[:, :, None, None]
        return self.skip(x) + self.conv2(F.silu(self.norm2(h)))


class SelfAttention(nn.Module):
    """Every place looks at every other: x + out(softmax(q kᵀ / √D) v) over the H·W places of (B, C, H, W)."""

    def __init__(self, channels: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(GROUPS, channels)
        self.qkv, self.out = nn.Conv2d(channels, 3 * channels, 1), nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        places = self.qkv(self.norm(x)).flatten(2)  # (B, 3C, HW)
        q, k, v = places.unflatten(1, (3, self.heads, -1)).transpose(-1, -2).unbind(1)  # (B, heads, HW, D) each
        h = F.scaled_dot_product_attention(q, k, v)
        return x + self.out(h.transpose(-1, -2).reshape(x.shape))


class Level(nn.Module):
    """Residual blocks at one resolution, all told the condition."""

    def __init__(self, inputs: int, outputs: int, condition: int, blocks: int):
        super().__init__()
        widths = [inputs] + [outputs] * blocks
        self.blocks = nn.ModuleList(
            ResidualBlock(before, after, condition) for before, after in zip(widths[:-1], widths[1:], strict=True)
        )

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x, condition)
        return x


class Middle(nn.Module):
    """The bottom of the U: a block, self-attention, a block."""

    def __init__(self, channels: int, condition: int):
        super().__init__()
        self.before, self.after = (ResidualBlock(channels, channels, condition) for _ in range(2))
        self.attention = SelfAttention(channels)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return self.after(self.attention(self.before(x, condition)), condition)


class UNet(nn.Module):
    """ε̂(x_t, t, y): the noise in x_t (B, channels, side, side) at times t (B,), given classes y (B,) or None.

    Ho et al. 2020, appendix B, at our size: `patch` × `patch` pixels are folded into channels first, which makes every
    convolution patch² times cheaper; level i has width · multipliers[i] channels at half the resolution of level i − 1.
    A latent model names the `autoencoder` whose features it takes for pictures.
    """

    def __init__(
        self, channels: int, side: int, classes: int, width: int, multipliers: list[int], blocks: int, patch: int = 2,
        autoencoder: str = "",
    ):  # fmt: skip
        super().__init__()
        self.channels, self.side, self.classes, self.autoencoder = channels, side, classes, autoencoder
        widths, condition = [width * m for m in multipliers], 4 * width
        self.condition = Condition(condition, classes)
        self.fold, self.unfold = nn.PixelUnshuffle(patch), nn.PixelShuffle(patch)
        self.stem = nn.Conv2d(channels * patch**2, width, 3, padding=1)
        self.down = nn.ModuleList(
            Level(before, here, condition, blocks)
            for before, here in zip([width, *widths[:-1]], widths, strict=True)
        )
        self.shrink = nn.ModuleList(nn.Conv2d(w, w, 3, 2, 1) for w in widths[:-1])
        self.middle = Middle(widths[-1], condition)
        self.up = nn.ModuleList(
            Level(below + here, here, condition, blocks)
            for below, here in zip([widths[-1], *widths[:0:-1]], widths[::-1], strict=True)
        )
        self.norm, self.head = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, channels * patch**2, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x_t: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        condition = self.condition(t, y)
        h, skips = self.stem(self.fold(x_t)), []
        for i, level in enumerate(self.down):
            h = level(self.shrink[i - 1](h) if i else h, condition)
            skips.append(h)
        h = self.middle(h, condition)
        for i, level in enumerate(self.up):
            h = F.interpolate(h, scale_factor=2.0) if i else h
            h = level(torch.cat([h, skips.pop()], 1), condition)
        return self.unfold(self.head(F.silu(self.norm(h)))).float()


class NoisyClassifier(nn.Module):
    """log p(y|x_t) as logits (B, classes) for pictures (B, channels, 32, 32) at times t: what classifier guidance
    differentiates (Dhariwal & Nichol 2021, section 4). Half of a U-Net and a mean."""

    def __init__(self, channels: int, classes: int, width: int):
        super().__init__()
        condition = 4 * width
        self.condition = Condition(condition, 0)
        self.fold, self.stem = nn.PixelUnshuffle(2), nn.Conv2d(4 * channels, width, 3, padding=1)
        self.fine, self.shrink = Level(width, width, condition, 1), nn.Conv2d(width, 2 * width, 3, 2, 1)
        self.coarse = Level(2 * width, 2 * width, condition, 2)
        self.norm, self.head = nn.GroupNorm(GROUPS, 2 * width), nn.Linear(2 * width, classes)

    def forward(self, x_t: Tensor, t: Tensor) -> Tensor:
        condition = self.condition(t, None)
        h = self.shrink(self.fine(self.stem(self.fold(x_t)), condition))
        h = F.silu(self.norm(self.coarse(h, condition)))
        return self.head(h.mean((2, 3))).float()


KINDS = {"unet": UNet, "noisy_classifier": NoisyClassifier, "toy_scores": ToyScores}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
