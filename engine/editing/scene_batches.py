"""Batches of scenes for the first stage and for the judge: drawn as they are asked for, none of them twice."""

from collections.abc import Iterator
from itertools import count
from random import Random

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.editing.judge_targets import all_targets
from engine.scenes import PAIRS, SEEN, Scene, draw_all, scene
from engine.scenes.truth import Pairs
from engine.training import Recipe

TRAINING, HELD_OUT_SEED = 1, 2
"""Seeds of the rows of scenes that are trained on, and that are measured on."""

BLURRED, NOISE = 0.5, 0.04
"""The judge sees this share of its pictures out of focus, and up to this much noise: painters are not exact."""


def pictures_of(scenes: list[Scene], device: torch.device) -> Tensor:
    """Scenes drawn, float32 (B, 3, 64, 64) in 0…1."""
    return torch.from_numpy(draw_all(scenes).image).to(device).float() / 255


def batches_of_scenes(size: int, pairs: Pairs) -> Iterator[list[Scene]]:
    """The endless row of training scenes, `size` at a time."""
    for start in count(0, size):
        yield [scene(TRAINING, n, pairs) for n in range(start, start + size)]


def picture_batches(recipe: Recipe, device: torch.device) -> Iterator[Tensor]:
    """Pictures (B, 3, 64, 64) in 0…1 with the combinations that training may see."""
    for scenes in batches_of_scenes(recipe.budget.batch, SEEN):
        yield pictures_of(scenes, device)


def judged_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, ...]]:
    """Pictures, and heat, way, attributes and ground as in `Targets`; the judge knows every combination."""
    for scenes in batches_of_scenes(recipe.budget.batch, PAIRS):
        truth = all_targets(scenes)
        arrays = (truth.heat, truth.way, truth.attributes, truth.ground)
        x = out_of_focus(pictures_of(scenes, device))
        yield x, *(torch.from_numpy(array).to(device) for array in arrays)


def out_of_focus(x: Tensor) -> Tensor:
    """The same pictures, some blurred by 3 × 3 pixels, all a little noisy."""
    blurred = F.avg_pool2d(F.pad(x, (1,) * 4, mode="replicate"), 3, 1)
    x = torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < BLURRED, torch.lerp(x, blurred, 0.7), x)
    return x + NOISE * torch.rand(len(x), 1, 1, 1, device=x.device) * torch.randn_like(x)


def held_out(n: int, pairs: Pairs) -> list[Scene]:
    """The first n scenes of the row that is measured on."""
    return [scene(HELD_OUT_SEED, i, pairs) for i in range(n)]


def shuffled(n: int, seed: int) -> list[int]:
    """0…n−1 in a random order that `seed` decides."""
    return Random(f"order {seed}").sample(range(n), n)
