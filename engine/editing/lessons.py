"""Batches for what paints from words and for what follows instructions: codes, tokens, and whose each place is.

Scenes are drawn and encoded once and then kept; one prompt of several is said of each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from engine import checkpoints
from engine.devices import mixed_precision
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.prompts import calm_scene, edit_owners, edit_shares, prompt, shares
from engine.editing.scene_batches import TRAINING
from engine.editing.tokens import encode
from engine.scenes import draw, edit
from engine.training import Recipe

MOST = 100_000
"""So many scenes are kept at most."""

CHUNK = 500


@dataclass(frozen=True)
class Lesson:
    """A batch, or all that is kept.

    x0: (B, 4, 16, 16) codes to paint.
    tokens: int64 (B, LENGTH) what is said.
    owners: int64 (B, LENGTH) whose each token is, and shares: (B, OWNERS, 8, 8) whose each place is; see `prompts`.
    source: (B, 4, 16, 16) codes of the pictures to be edited, or None.
    """

    x0: Tensor
    tokens: Tensor
    owners: Tensor
    shares: Tensor
    source: Tensor | None = None

    def chosen(self, rows: Tensor) -> "Lesson":
        """Some rows, widened to the types that are computed with."""
        long, real = (lambda x: x[rows].long()), (lambda x: x[rows].float())
        source = None if self.source is None else real(self.source)
        return Lesson(real(self.x0), long(self.tokens), long(self.owners), real(self.shares) / 255, source)


def painting_lessons(recipe: Recipe, device: torch.device) -> Iterator[Lesson]:
    """Endless random batches of scenes with a prompt each."""
    return _batches(recipe, device, _painted)


def editing_lessons(recipe: Recipe, device: torch.device) -> Iterator[Lesson]:
    """Endless random batches of edits with an instruction each."""
    return _batches(recipe, device, _edited)


def _batches(
    recipe: Recipe, device: torch.device, made: Callable[[SceneAutoencoder, range, torch.device], Lesson]
) -> Iterator[Lesson]:
    autoencoder = checkpoints.companion(recipe.config["autoencoder"], device)
    count = min(MOST, recipe.budget.steps * recipe.budget.batch)
    kept = _joined([made(autoencoder, range(i, i + CHUNK), device) for i in range(0, count, CHUNK)])
    while True:
        yield kept.chosen(torch.randint(len(kept.x0), (recipe.budget.batch,), device=device))


def _painted(autoencoder: SceneAutoencoder, numbers: range, device: torch.device) -> Lesson:
    scenes = [calm_scene(TRAINING, n) for n in numbers]
    drawings = [draw(scene) for scene in scenes]
    prompts = [prompt(scene, n) for scene, n in zip(scenes, numbers, strict=True)]
    owned = [shares(p.claim, s, d) for p, s, d in zip(prompts, scenes, drawings, strict=True)]
    return Lesson(
        encoded(autoencoder, [drawing.image for drawing in drawings], device),
        *_small([encode(p.text) for p in prompts], [p.owners for p in prompts], owned, device),
    )


def _edited(autoencoder: SceneAutoencoder, numbers: range, device: torch.device) -> Lesson:
    pairs = [edit(TRAINING, n) for n in numbers]
    after, before = (
        encoded(autoencoder, [draw(getattr(pair, when)).image for pair in pairs], device)
        for when in ("after", "before")
    )
    instructions = [pair.instruction for pair in pairs]
    owners, owned = [edit_owners(text) for text in instructions], [edit_shares(pair) for pair in pairs]
    return Lesson(after, *_small([encode(text) for text in instructions], owners, owned, device), before)


@torch.no_grad()
def encoded(autoencoder: SceneAutoencoder, images: Sequence[np.ndarray], device: torch.device) -> Tensor:
    """Pictures, uint8 (3, 64, 64) each, as codes in float16."""
    x = torch.from_numpy(np.stack(images)).to(device).float() / 255
    with mixed_precision(device):
        return torch.cat([autoencoder.encode(part) for part in x.split(100)]).half()


def _small(
    tokens: list[np.ndarray], owners: list[np.ndarray], owned: list[np.ndarray], device: torch.device
) -> list[Tensor]:
    """In one byte a number."""
    rounded = np.rint(255 * np.stack(owned)).astype(np.uint8)
    arrays = (np.stack(tokens).astype(np.uint8), np.stack(owners), rounded)
    return [torch.from_numpy(array).to(device) for array in arrays]


def _joined(lessons: list[Lesson]) -> Lesson:
    parts = ([getattr(lesson, field.name) for lesson in lessons] for field in fields(Lesson))
    return Lesson(*(None if part[0] is None else torch.cat(part) for part in parts))
