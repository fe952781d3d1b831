"""What the judge of scenes should see in a scene, as arrays. NumPy only."""

from dataclasses import dataclass

import numpy as np

from engine.editing.agreement import ATTRIBUTES, GROUND
from engine.editing.scene_judge import GRID
from engine.scenes import Scene, Thing

SPREAD = 0.7
"""The standard deviation of the hill of heat around a centre, in places."""

INNER = 0.6
"""Places within this share of a thing's radius speak of it, and the one that holds its centre in any case."""


@dataclass(frozen=True)
class Targets:
    """The truth about a scene, or about several with a leading B.

    heat: float32 (16, 16) in 0…1, highest at centres.
    way: float32 (2, 16, 16) from a place's middle to the centre of its thing, (x, y) in places.
    attributes: int64 (4, 16, 16), −1 where no thing is spoken of.
    ground: int64 (2,), the background's colour and texture.
    """

    heat: np.ndarray
    way: np.ndarray
    attributes: np.ndarray
    ground: np.ndarray


def targets(scene: Scene) -> Targets:
    """The truth about one scene; where discs meet, the nearer centre wins."""
    truth = Targets(
        np.zeros((GRID, GRID), np.float32),
        np.zeros((2, GRID, GRID), np.float32),
        np.full((len(ATTRIBUTES), GRID, GRID), -1),
        _numbers(scene.background, GROUND),
    )
    nearest = np.full((GRID, GRID), np.inf, np.float32)
    for thing in scene.things:
        _tell(truth, thing, nearest)
    return truth


def all_targets(scenes: list[Scene]) -> Targets:
    """The truth about several scenes, stacked."""
    each = [targets(scene) for scene in scenes]
    return Targets(*(np.stack([getattr(t, name) for t in each]) for name in Targets.__dataclass_fields__))


def _tell(truth: Targets, thing: Thing, nearest: np.ndarray) -> None:
    middles = np.arange(GRID, dtype=np.float32) + 0.5
    dx, dy = np.broadcast_arrays(GRID * thing.x - middles, GRID * thing.y - middles[:, None])
    distance = np.hypot(dx, dy)
    np.maximum(truth.heat, np.exp(-(distance**2) / (2 * SPREAD**2)), out=truth.heat)
    inside = (distance < INNER * thing.radius * GRID) | ((np.abs(dx) <= 0.5) & (np.abs(dy) <= 0.5))
    inside &= distance < nearest
    nearest[inside] = distance[inside]
    truth.way[:, inside] = dx[inside], dy[inside]
    truth.attributes[:, inside] = _numbers(thing, ATTRIBUTES)[:, None]


def _numbers(subject: object, options: dict[str, tuple[str, ...]]) -> np.ndarray:
    """Which of its options each attribute of a thing or a background is."""
    return np.array([names.index(getattr(subject, attribute)) for attribute, names in options.items()])
