"""The two towers: pictures and texts, each to one vector of the space that they share."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PADDING = 0
"""The token that fills up short texts."""


class Residual(nn.Module):
    """x + two 3×3 convolutions of it, each after normalisation and a rectifier (He et al. 2016, figure 4e).

    While training a part `drop` of the pictures skips the convolutions (stochastic depth, Huang et al. 2016).
    """

    def __init__(self, width: int, drop: float):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(2))
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(F.relu(self.norm1(x)))
        h = self.conv2(F.relu(self.norm2(h)))
        if self.training and self.drop:
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop
            h = h * kept / (1 - self.drop)
        return x + h


class PictureTower(nn.Module):
    """A residual network (B, 3, S, S) → (B, d), for any S that is a multiple of 4 · 2^(stages − 1).

    A stage halves the height and width of the one before; the first has S / 4. With `layers` the places of the last one
    look at each other; with `located` the network is told where each pixel lies (Liu et al. 2018, CoordConv), without
    which it hardly knows left from right. What is found at each place is projected and averaged, so the places' shares
    of a picture's vector are known exactly.
    """

    def __init__(
        self, widths: Sequence[int], blocks: Sequence[int], d: int, drop: float = 0.0, layers: int = 0,
        located: bool = False,
    ):  # fmt: skip
        super().__init__()
        first, self.located = widths[0], located
        self.stem = nn.Sequential(
            nn.Conv2d(3 + 2 * located, first // 2, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(first // 2),
            nn.ReLU(),
            nn.Conv2d(first // 2, first, 3, stride=2, padding=1, bias=False),
        )
        stages = []
        for i, (width, depth) in enumerate(zip(widths, blocks, strict=True)):
            step = [nn.BatchNorm2d(widths[i - 1]), nn.ReLU(), nn.Conv2d(widths[i - 1], width, 3, 2, 1, bias=False)]
            stages.append(nn.Sequential(*(step if i else []), *(Residual(width, drop) for _ in range(depth))))
        self.stages, self.norm = nn.Sequential(*stages), nn.BatchNorm2d(widths[-1])
        self.layers = nn.Sequential(*(Layer(widths[-1], widths[-1] // 32, causal=False) for _ in range(layers)))
        self.project = nn.Linear(widths[-1], d)

    def features(self, x: Tensor) -> Tensor:
        """Pictures in 0…1, (B, 3, S, S) → what is found at each place, (B, C, h, w)."""
        h = self.stages(self.stem(self._told_where(2 * x - 1)))
        if self.layers:
            places = self.layers(h.flatten(2).transpose(1, 2))  # (B, h · w, C)
            h = places.transpose(1, 2).unflatten(2, h.shape[2:])
        return F.relu(self.norm(h))

    def places(self, x: Tensor) -> Tensor:
        """Each place's share of the picture's vector: (B, 3, S, S) → (B, d, h, w), whose mean is `forward`."""
        return self.project(self.features(x).movedim(1, -1)).movedim(-1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.project(self.features(x).mean((2, 3)))

    def _told_where(self, x: Tensor) -> Tensor:
        """With `located`, x and y in −1…1 as two more channels."""
        if not self.located:
            return x
        y, across = (torch.linspace(-1, 1, length, device=x.device) for length in x.shape[2:])
        return torch.cat([x, *(where.expand(len(x), 1, *x.shape[2:]) for where in (across, y[:, None]))], 1)


class Layer(nn.Module):
    """Self-attention and a two-layer network, each on the normalised stream (B, L, width) and added to it.

    Attention is written out: for texts this short torch's fused one is several times slower on a CPU.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.0, causal: bool = True):
        super().__init__()
        self.heads, self.dropout, self.causal = heads, dropout, causal
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.mix = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, h: Tensor) -> Tensor:
        b, length, width = h.shape
        qkv = self.qkv(self.norm1(h)).view(b, length, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each (B, heads, L, width / heads)
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5  # (B, heads, L, L)
        if self.causal:
            scores = scores + torch.full((length, length), -torch.inf, device=h.device).triu(1)
        seen = scores.softmax(-1) @ v
        h = h + self._dropped(self.mix(seen.transpose(1, 2).reshape(b, length, width)))
        return h + self._dropped(self.think(self.norm2(h)))

    def _dropped(self, h: Tensor) -> Tensor:
        return F.dropout(h, self.dropout, self.training)


class TextTower(nn.Module):
    """A transformer over tokens (B, L ≤ context) → (B, d).

    Attention is causal, so the padding behind a text changes nothing. The tokens' outputs are averaged.
    """

    def __init__(
        self, vocabulary: int, context: int, width: int, layers: int, heads: int, d: int, dropout: float = 0.0
    ):
        super().__init__()
        self.context, self.dropout = context, dropout
        self.words = nn.Embedding(vocabulary, width)
        self.places = nn.Parameter(0.01 * torch.randn(context, width))
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.norm, self.project = nn.LayerNorm(width), nn.Linear(width, d)
        nn.init.normal_(self.words.weight, std=0.05)

    def forward(self, tokens: Tensor) -> Tensor:
        h = self.words(tokens) + self.places[: tokens.shape[1]]  # (B, L, width)
        h = F.dropout(h, self.dropout, self.training)
        for layer in self.layers:
            h = layer(h)
        written = (tokens != PADDING).unsqueeze(-1)
        return self.project((self.norm(h) * written).sum(1) / written.sum(1))
