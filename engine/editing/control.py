"""Prompt-to-Prompt: a new text is painted with the attention of the old one, so that the composition stays."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.editing.alignment import Alignment
from engine.editing.guidance import TRAINED
from engine.editing.tokens import LENGTH

CROSS_LAYERS = ("down", "up")
"""The layers of full resolution, whose maps are shown and blended by."""


class PromptToPrompt:
    """A `TimedWatch` over a batch whose first picture is painted from the old text, the others from new ones.

    In the first `cross` of the run, tokens with a counterpart in the old text are looked at as that one is; in the
    first `self_` of it, places look at places as in the first picture (Hertz et al. 2022, Algorithm 1 and section 3.2).
    `weights` (B, LENGTH) multiply the attention to each token throughout, those of the first picture as well.
    """

    def __init__(self, alignments: Sequence[Alignment], cross: float, self_: float, weights: Tensor):
        device = weights.device
        self.has = torch.stack([torch.from_numpy(a.has) for a in alignments]).to(device)[:, None, None]
        self.of = torch.stack([torch.from_numpy(a.of) for a in alignments]).to(device)[:, None, None]
        self.shares, self.weights = {"cross": cross, "self": self_}, weights[:, None, None]

    def __call__(self, t: int, layer: str, kind: str, weights: Tensor) -> Tensor:
        first, others = weights[:1], weights[1:]
        if within(t, self.shares[kind]):
            others = first.expand_as(others) if kind == "self" else self._taken_over(first, others)
        weights = torch.cat([first, others])
        return weights * self.weights if kind == "cross" else weights

    def _taken_over(self, first: Tensor, others: Tensor) -> Tensor:
        """The old text's maps for the tokens that have one there, their own for the rest."""
        old = first.expand_as(others).gather(-1, self.of.expand_as(others))
        return torch.where(self.has, old, others)


def within(t: int, share: float) -> bool:
    """Whether time t lies in the first `share` 0…1 of a run from T to 0."""
    return TRAINED.steps - t < share * TRAINED.steps


class Looks:
    """A `TimedWatch` that keeps where each picture looked for each token, after `control` has had its way.

    `now` holds the last step's maps by layer, (B, LENGTH, side, side), means over the heads; `mean` is the mean over
    the run so far and over the layers of full resolution.
    """

    def __init__(self, control: PromptToPrompt | None = None):
        self.control, self.now, self.count = control, {}, 0
        self.total: Tensor | float = 0.0

    def __call__(self, t: int, layer: str, kind: str, weights: Tensor) -> Tensor:
        if self.control is not None:
            weights = self.control(t, layer, kind, weights)
        if kind == "cross":
            side = int(weights.shape[2] ** 0.5)
            self.now[layer] = weights.mean(1).transpose(1, 2).unflatten(2, (side, side))
            if layer in CROSS_LAYERS:
                self.total, self.count = self.total + self.now[layer], self.count + 1
        return weights

    @property
    def mean(self) -> Tensor:
        return self.total / self.count


class LocalBlend:
    """A `Hand` that lets pictures differ from the first one only where any of them looks for the chosen words.

    words: bool (B, LENGTH), of the first picture those that go, of the others those that come (Hertz et al. 2022,
    section 3.2, "local editing"). `mask` (B − 1, 1, H, W) is where they may differ.
    """

    def __init__(self, looks: Looks, words: Tensor, threshold: float = 0.3):
        self.looks, self.words, self.threshold = looks, words, threshold
        self.mask: Tensor | None = None

    def __call__(self, x: Tensor, s: int) -> Tensor:
        heat = (self.looks.mean * self.words[:, :, None, None]).sum(1, keepdim=True)  # (B, 1, side, side)
        heat = F.interpolate(heat, size=x.shape[-2:], mode="bilinear")
        there = heat > self.threshold * heat.amax((1, 2, 3), keepdim=True).clamp(min=1e-6)
        self.mask = there[1:] | there[:1]
        return torch.cat([x[:1], torch.where(self.mask, x[1:], x[:1])])


def even(n: int, device: torch.device) -> Tensor:
    """Weights that leave all words as they are, (n, LENGTH)."""
    return torch.ones(n, LENGTH, device=device)
