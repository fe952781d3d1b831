"""What the editing models minimise. An objective takes (model, batch, share of the training done)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.conversions import noised
from engine.diffusion.objectives import random_times
from engine.diffusion.schedules import Schedule
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.lessons import Lesson
from engine.editing.prompts import OWNERS
from engine.editing.scene_judge import GROUND_WIDTHS, WIDTHS, SceneJudge
from engine.editing.tokens import EMPTY
from engine.editing.word_unet import WordUNet


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


@dataclass(frozen=True)
class PaintWords:
    """‖v − v̂(x_t, t, text)‖² / numbers with v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans & Ho 2022, section 4), and a lesson in
    reading: places should look at the words that speak of them.

    The second term, times `grounding`, is −Σ_k share of a place that is k's · log (attention to k's words): the idea of
    TokenCompose (Wang et al. 2024), with the masks that scenes bring along. It binds "red" to the circle and not to the
    square long before the pictures alone would. The text is left out for a share `drop`; with a source picture, that
    is left out for another such share, and both together for a third (Brooks et al. 2023, section 3.2.1).
    """

    schedule: Schedule
    drop: float = 0.1
    grounding: float = 0.1
    layers: tuple[str, ...] = ("down", "up")

    def __call__(self, model: WordUNet, batch: Lesson, progress: float) -> dict[str, Tensor]:
        t, alpha_bar = random_times(self.schedule, len(batch.x0), batch.x0.device)
        eps = torch.randn_like(batch.x0)
        v = alpha_bar**0.5 * eps - (1 - alpha_bar) ** 0.5 * batch.x0
        silent, tokens, source = self._left_out(batch)
        maps = []

        def watch(layer: str, kind: str, weights: Tensor) -> Tensor:
            if kind == "cross" and layer in self.layers:
                maps.append(weights.mean(1))  # (B, places, LENGTH)
            return weights

        v_hat = model(noised(batch.x0, eps, alpha_bar), t, model.read(tokens), source, watch)
        mse = F.mse_loss(v_hat, v)
        reading = torch.stack([misread(m, batch)[~silent].mean() for m in maps]).mean()
        return {"loss": mse + self.grounding * reading, "mse": mse, "reading": reading}

    def _left_out(self, batch: Lesson) -> tuple[Tensor, Tensor, Tensor | None]:
        """Which rows have no text, bool (B,), the tokens, and the source pictures."""
        lot = torch.rand(len(batch.tokens), device=batch.tokens.device)
        silent = lot < self.drop
        tokens = batch.tokens.clone()
        tokens[silent, 1:] = EMPTY
        if batch.source is None:
            return silent, tokens, None
        blind = (lot > self.drop / 2) & (lot < 1.5 * self.drop)
        return silent, tokens, batch.source.masked_fill(blind[:, None, None, None], 0.0)


def misread(weights: Tensor, batch: Lesson) -> Tensor:
    """−Σ_k share · log (attention to k's words) at each place, (B, places), in nats, of weights (B, places, LENGTH)."""
    whose = F.one_hot(batch.owners + 1, OWNERS + 1)[..., 1:].float()  # (B, LENGTH, OWNERS), glue is nobody's
    mass = weights @ whose
    return -(batch.shares.flatten(2).transpose(1, 2) * (mass + 1e-4).log()).sum(-1)
