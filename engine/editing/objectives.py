"""What the editing models minimise. An objective takes (model, batch, share of the training done)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.scene_judge import GROUND_WIDTHS, WIDTHS, SceneJudge


@dataclass(frozen=True)
class Reconstruct:
    """|x − x̂| + `edges` · |∇(x − x̂)|, where x̂ is decoded from the code with noise of that standard deviation."""

    noise: float = 0.15
    edges: float = 1.0

    def __call__(self, model: SceneAutoencoder, x: Tensor, progress: float) -> dict[str, Tensor]:
        z = model.encode(x)
        error = model.paint(z + self.noise * torch.randn_like(z)) - x
        across, down = error.diff(dim=-1).abs().mean(), error.diff(dim=-2).abs().mean()
        return {"loss": error.abs().mean() + self.edges * (across + down), "mse": error.square().mean()}


@dataclass(frozen=True)
class ReadScene:
    """−log p of every attribute at every place that speaks of a thing, and of the background, in nats; the heat's
    cross-entropy; and how far centres are missed, in places."""

    heat: float = 20.0

    def __call__(self, model: SceneJudge, batch: tuple[Tensor, ...], progress: float) -> dict[str, Tensor]:
        x, heat, way, attributes, ground = batch
        maps, ground_logits = model(x)
        losses = {"heat": F.binary_cross_entropy_with_logits(maps[:, 0], heat)}
        there = attributes[:, :1] >= 0
        losses["way"] = ((maps[:, 1:3] - way).abs() * there).sum() / (2 * there.sum())
        parts = maps[:, 3:].split(WIDTHS, 1)
        named = [F.cross_entropy(p, a, ignore_index=-1) for p, a in zip(parts, attributes.unbind(1), strict=True)]
        losses["attributes"] = torch.stack(named).sum()
        parts = ground_logits.split(GROUND_WIDTHS, 1)
        losses["ground"] = sum(F.cross_entropy(p, y) for p, y in zip(parts, ground.unbind(1), strict=True))
        return {"loss": self.heat * losses["heat"] + losses["way"] + losses["attributes"] + losses["ground"]} | losses
