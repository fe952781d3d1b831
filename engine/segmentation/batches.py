"""Endless training batches: pictures (B, 3, s, s) in 0…1, classes (B, s, s) and, for touching cells, weights."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.scenes import draw_all, scene
from engine.segmentation import data
from engine.segmentation.borders import border_weights
from engine.segmentation.classes import IGNORED, LABELS
from engine.segmentation.data import Photo
from engine.segmentation.pasting import Scenery, people_in_scenes
from engine.segmentation.photometry import noisy, photographed, recoloured
from engine.segmentation.warps import Pool, Warp, crops, pooled, sample, sample_mask
from engine.training import Recipe

Batch = tuple[Tensor, ...]
FAST = torch.channels_last
"""How pictures lie in memory: with batch norms a training step takes a sixth less time this way."""


@dataclass(frozen=True)
class PhotoBatches:
    """Random crops of `size` from the training photos of a set. `camera` adds all that cameras do, else only light,
    colour and noise change; `borders` adds the weights of equation 2 of the U-Net paper."""

    name: str
    size: int
    warp: Warp
    camera: bool = True
    borders: bool = False

    def __call__(self, recipe: Recipe, device: torch.device) -> Iterator[Batch]:
        pool = pooled(data.load(self.name, "train"))
        weights = _border_pool() if self.borders else None
        while True:
            chosen = torch.randint(len(pool), (recipe.budget.batch,))
            grid, zoom = crops(pool.boxes[chosen], pool.images.shape[-1], self.size, self.warp)
            x, y = sample(pool, chosen, grid, zoom), sample_mask(pool, chosen, grid)
            x = photographed(x) if self.camera else noisy(recoloured(x, 0.6)).clamp(0, 1)
            batch = [x, y]
            if weights is not None:
                w = F.grid_sample(weights[chosen][:, None], grid, padding_mode="reflection", align_corners=False)
                batch.append(w[:, 0])
            yield batch[0].to(device, memory_format=FAST), *(part.to(device) for part in batch[1:])


def _border_pool() -> Tensor:
    """The border weights of the training nuclei on the same canvases as their pictures, float32 (N, S, S)."""
    maps = [border_weights(instances, sigma=2.5) for instances in data.load_instances("train")]
    side = max(max(weights.shape) for weights in maps)
    room = [[((side - length) // 2, (side - length + 1) // 2) for length in weights.shape] for weights in maps]
    return torch.from_numpy(
        np.stack([np.pad(part, margin, mode="symmetric") for part, margin in zip(maps, room, strict=True)])
    )


@dataclass(frozen=True)
class PeopleBatches:
    """Photos of people, people in other scenes, and scenes without people; see `pasting`."""

    size: int

    def __call__(self, recipe: Recipe, device: torch.device) -> Iterator[Batch]:
        people, scenery = pooled(data.load("people", "train"), around_things=True), training_scenery()
        while True:
            x, y = people_in_scenes(people, scenery, recipe.budget.batch, self.size)
            yield photographed(x).to(device, memory_format=FAST), y.to(device)


@dataclass(frozen=True)
class SceneBatches:
    """Drawn scenes of `size` pixels, each seen once."""

    size: int

    def __call__(self, recipe: Recipe, device: torch.device) -> Iterator[Batch]:
        seed, _, pairs = data.DRAWN["train"]
        while True:
            numbers = torch.randint(2**31, (recipe.budget.batch,)).tolist()
            drawn = draw_all([scene(seed, n, pairs) for n in numbers], self.size)
            x, y = torch.from_numpy(drawn.image), torch.from_numpy(drawn.classes).long()
            yield (x.float() / 255).to(device, memory_format=FAST), y.to(device)


def training_scenery(part: str = "train") -> Scenery:
    """Streets, paddocks and, if Flickr8k is there, everyday pictures without people. Pedestrians and cyclists in the
    streets are left out of the loss."""
    horses = data.load("horses", part)
    scenes = [pooled(_streets(part)), pooled([_nobody(photo.image) for photo in horses])]
    if everyday := data.without_people(part):
        scenes.append(pooled([_nobody(image) for image in everyday], magnified=2.0))
    return Scenery(tuple(scenes), pooled(horses, around_things=True))


def _streets(part: str) -> list[Photo]:
    names = LABELS["camvid"].names
    people = [names.index("pedestrian"), names.index("bicyclist"), IGNORED]
    return [
        Photo(photo.image, np.where(np.isin(photo.mask, people), IGNORED, 0).astype(np.uint8))
        for photo in data.load("camvid", part)
    ]


def _nobody(image: np.ndarray) -> Photo:
    return Photo(image, np.zeros(image.shape[:2], np.uint8))


def class_shares(pool: Pool, classes: int) -> Tensor:
    """How much of the known pixels each class has, (classes,)."""
    counts = torch.bincount(pool.masks.flatten().long(), minlength=256)[:classes].float()
    return counts / counts.sum()
