"""Attention that can be watched and changed: between places of a picture, and from places to words."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Watch = Callable[[str, str, Tensor], Tensor]
"""(layer, "self" or "cross", weights (B, heads, places, places or words)) → the weights to go on with."""

HIDDEN = -1e4
"""The score of what must not be looked at."""


@dataclass(frozen=True)
class Text:
    """What was said: a vector for each token (B, LENGTH, D), and bool (B, LENGTH), true where there is a word."""

    tokens: Tensor
    said: Tensor

    @classmethod
    def joined(cls, *texts: "Text") -> "Text":
        """Several batches of texts one after the other."""
        return cls(torch.cat([text.tokens for text in texts]), torch.cat([text.said for text in texts]))

    def repeated(self, n: int) -> "Text":
        """A single text n times."""
        return Text(self.tokens.expand(n, -1, -1), self.said.expand(n, -1))


class Attention(nn.Module):
    """softmax(q kᵀ / √D) v: each row of x (B, N, width) looks at the rows of `seen` (B, M, context)."""

    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.heads = heads
        self.q, self.kv = nn.Linear(width, width, bias=False), nn.Linear(context, 2 * width, bias=False)
        self.out = nn.Linear(width, width)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(
        self, x: Tensor, seen: Tensor, said: Tensor | None = None, watch: Callable[[Tensor], Tensor] | None = None
    ) -> Tensor:
        q = self.q(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, heads, N, D)
        k, v = self.kv(seen).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)  # (B, heads, M, D) each
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        if said is not None:
            scores = scores.masked_fill(~said[:, None, None], HIDDEN)
        weights = scores.float().softmax(-1)  # (B, heads, N, M)
        if watch is not None:
            weights = watch(weights)
        return self.out((weights.to(v.dtype) @ v).transpose(1, 2).flatten(2))


class Transformer(nn.Module):
    """Places (B, C, H, W) look at each other, then at the words, then think: each a step added to x."""

    def __init__(self, name: str, width: int, text: int, heads: int):
        super().__init__()
        self.name = name
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.to_places, self.to_words = Attention(width, width, heads), Attention(width, text, heads)
        self.think = feed_forward(width)

    def forward(self, x: Tensor, text: Text, watch: Watch | None) -> Tensor:
        h = x.flatten(2).transpose(1, 2)  # (B, HW, C)
        places = self.norms[0](h)
        h = h + self.to_places(places, places, watch=self._watched("self", watch))
        h = h + self.to_words(self.norms[1](h), text.tokens, text.said, self._watched("cross", watch))
        h = h + self.think(self.norms[2](h))
        return h.transpose(1, 2).reshape(x.shape)

    def _watched(self, kind: str, watch: Watch | None) -> Callable[[Tensor], Tensor] | None:
        return watch and (lambda weights: watch(self.name, kind, weights))


class TextEncoder(nn.Module):
    """Tokens (B, LENGTH) → `Text`: each word learns from its neighbours what it belongs to."""

    def __init__(self, tokens: int, length: int, width: int, layers: int, heads: int):
        super().__init__()
        self.words, self.places = nn.Embedding(tokens, width), nn.Parameter(torch.randn(length, width) * 0.02)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * layers))
        self.look = nn.ModuleList(Attention(width, width, heads) for _ in range(layers))
        self.think = nn.ModuleList(feed_forward(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor) -> Text:
        said = tokens > 0
        h = self.words(tokens) + self.places
        for i, (look, think) in enumerate(zip(self.look, self.think, strict=True)):
            seen = self.norms[2 * i](h)
            h = h + look(seen, seen, said)
            h = h + think(self.norms[2 * i + 1](h))
        return Text(self.norm(h), said)


def feed_forward(width: int) -> nn.Module:
    """Each row by itself: width → 2 width → width."""
    layers = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
    nn.init.zeros_(layers[2].weight)
    nn.init.zeros_(layers[2].bias)
    return layers


def pooled(text: Text) -> Tensor:
    """The mean over the words there are, (B, D)."""
    said = F.normalize(text.said.float(), p=1, dim=1)
    return (said[:, None] @ text.tokens.float())[:, 0]
