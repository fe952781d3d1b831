"""People cut out by their masks and set into other scenes, beside real photos and scenes with nobody in them.

Catalogue photos alone teach that a person stands upright in the middle of a street. Horses and shapeless patches are
pasted too, as background, so that a pasted edge says nothing.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.segmentation.photometry import recoloured
from engine.segmentation.warps import Pool, Warp, coin, crops, sample, sample_mask, uniform


@dataclass(frozen=True)
class Cut:
    """Crops: pictures (B, 3, s, s) in 0…1, classes (B, s, s), and whether a pixel lies on its photo's canvas."""

    x: Tensor
    y: Tensor
    inside: Tensor


def nobody(x: Tensor) -> Cut:
    """Pictures (B, 3, s, s) that show no person."""
    ground = torch.zeros(len(x), *x.shape[2:], dtype=torch.long)
    return Cut(x, ground, ground == 0)


def cut(pool: Pool, n: int, size: int, warp: Warp) -> Cut:
    """n random crops of random photos of a pool."""
    chosen = torch.randint(len(pool), (n,))
    canvas = pool.images.shape[-1]
    grid, zoom = crops(pool.boxes[chosen], canvas, size, warp, pool.magnified)
    inside = (grid.abs() < 1).all(-1)
    return Cut(sample(pool, chosen, grid, zoom), sample_mask(pool, chosen, grid), inside)


def soft(mask: Tensor) -> Tensor:
    """A cut-out's opacity (B, 1, s, s): its edge drawn in by half a pixel and softened."""
    opacity = F.avg_pool2d(mask[:, None].float(), 3, 1, 1)
    return ((opacity - 0.35) / 0.55).clamp(0, 1)


def patterns(n: int, size: int) -> Tensor:
    """Scenes that nobody photographed, (n, 3, size, size) in 0…1: coloured noise as coarse as chance will have it, and
    flat or shaded walls."""
    x = torch.rand(n, 3, 1, 1).expand(n, 3, size, size).clone()
    for cells in (2, int(torch.randint(3, 12, ())), int(torch.randint(12, 97, ()))):
        strength = (uniform(n, 0, 0.5) * coin(n, 0.6)).view(n, 1, 1, 1)
        colour = torch.lerp(torch.randn(n, 1, cells, cells), torch.randn(n, 3, cells, cells), 0.5)
        x += _spread(strength * colour, size)
    return x.clamp(0, 1)


def blobs(n: int, size: int) -> Tensor:
    """Shapeless masks (n, size, size), true inside."""
    return _spread(_spread(torch.randn(n, 1, 5, 5), 20), size)[:, 0] > 0.5


def _spread(x: Tensor, size: int) -> Tensor:
    return F.interpolate(x, (size, size), mode="bilinear", align_corners=False)


def over(below: Cut, rows: Tensor, above: Cut, opacity: Tensor) -> None:
    """Paste `above` over some `rows` (B,) of `below`; a class changes where it is more than half covered."""
    below.x[rows] = torch.lerp(below.x[rows], above.x, opacity)
    below.y[rows] = torch.where(opacity[:, 0] > 0.5, above.y, below.y[rows])


def shadowed(x: Tensor, opacity: Tensor) -> Tensor:
    """Pictures darkened beside a cut-out, by its own shape shifted and blurred."""
    n, _, size, _ = opacity.shape
    shift = torch.randint(-size // 12, size // 12, (2,)).tolist()
    shadow = _spread(F.avg_pool2d(opacity.roll(shift, (2, 3)), 6), size)
    return x * (1 - (uniform(n, 0, 0.6) * coin(n, 0.5)).view(n, 1, 1, 1) * shadow)


@dataclass(frozen=True)
class Scenery:
    """Where people are set: photos with nobody to be found in them, and things that are nobody."""

    scenes: tuple[Pool, ...]
    decoys: Pool
    warp: Warp = Warp((0.7, 2.2), turn=12, stretch=1.4)

    def draw(self, n: int, size: int) -> Cut:
        """n scenes without people; a few are patterns, a few hold a decoy."""
        scene = nobody(torch.empty(n, 3, size, size))
        which = torch.multinomial(torch.tensor([2.0] + [3.0] * len(self.scenes)), n, replacement=True)
        for number in which.unique().tolist():
            rows = which == number
            if number == 0:
                scene.x[rows] = patterns(int(rows.sum()), size)
            else:
                part = cut(self.scenes[number - 1], int(rows.sum()), size, self.warp)
                scene.x[rows], scene.y[rows] = part.x, part.y
        self._with_decoys(scene, coin(n, 0.25))
        self._with_blobs(scene, coin(n, 0.15))
        return scene

    def _with_decoys(self, scene: Cut, rows: Tensor) -> None:
        n, size = int(rows.sum()), scene.x.shape[-1]
        if n:
            decoy = cut(self.decoys, n, size, Warp((0.4, 2.0), turn=15, stretch=1.4, roam=0.3))
            over(scene, rows, nobody(recoloured(decoy.x)), soft((decoy.y > 0) & decoy.inside))

    def _with_blobs(self, scene: Cut, rows: Tensor) -> None:
        n, size = int(rows.sum()), scene.x.shape[-1]
        if n:
            over(scene, rows, nobody(patterns(n, size)), soft(blobs(n, size)))


NEAR = Warp((0.6, 3.2), turn=15, stretch=1.25, roam=0.25)
FAR = Warp((0.25, 2.0), turn=15, stretch=1.25, roam=0.35)
REAL, COMPOSED = 0.5, 0.375
"""Shares of real photos and of composed ones; the rest shows nobody."""


def people_in_scenes(
    people: Pool, scenery: Scenery, n: int, size: int, real: float = REAL, composed: float = COMPOSED
) -> tuple[Tensor, Tensor]:
    """Real photos, composed ones and scenes without people: (n, 3, size, size) in 0…1 and classes (n, size, size)."""
    kind = torch.rand(n)
    photos, populated = kind < real, kind < real + composed
    batch = nobody(torch.empty(n, 3, size, size))
    if count := int(photos.sum()):
        photo = cut(people, count, size, NEAR)
        batch.x[photos], batch.y[photos] = photo.x, photo.y
    if count := int((~photos).sum()):
        scene = scenery.draw(count, size)
        batch.x[~photos], batch.y[~photos] = scene.x, scene.y
    for rows, warp in ((populated & ~photos & coin(n, 0.4), FAR), (populated & ~photos, NEAR)):
        if count := int(rows.sum()):
            person = cut(people, count, size, warp)
            opacity = soft((person.y > 0) & person.inside)
            batch.x[rows] = shadowed(batch.x[rows], opacity)
            over(batch, rows, replace(person, x=recoloured(person.x, 0.7)), opacity)
    return batch.x, batch.y
