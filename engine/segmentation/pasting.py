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
    """Crops from a pool: pictures (B, 3, s, s) in 0…1, classes (B, s, s), and whether a pixel lies on the canvas."""

    x: Tensor
    y: Tensor
    inside: Tensor


def cut(pool: Pool, n: int, size: int, warp: Warp) -> Cut:
    """n random crops of random photos of a pool."""
    chosen = torch.randint(len(pool), (n,))
    canvas = pool.images.shape[-1]
    grid, zoom = crops(pool.boxes[chosen], canvas, size, warp, pool.magnified)
    inside = (grid.abs() < 1).all(-1)
    return Cut(sample(pool.images[chosen], grid, zoom), sample_mask(pool.masks[chosen], grid), inside)


def soft(mask: Tensor) -> Tensor:
    """A cut-out's opacity (B, 1, s, s): its edge drawn in by half a pixel and softened."""
    opacity = F.avg_pool2d(mask[:, None].float(), 3, 1, 1)
    return ((opacity - 0.35) / 0.55).clamp(0, 1)


def patterns(n: int, size: int) -> Tensor:
    """Scenes that nobody photographed, (n, 3, size, size) in 0…1: coloured noise as coarse as chance will have it, and
    flat or shaded walls."""
    x = torch.rand(n, 3, 1, 1).expand(n, 3, size, size).clone()
    for cells in (2, int(torch.randint(3, 12, ())), int(torch.randint(12, 97, ()))):
        strength = uniform(n, 0, 0.5).view(n, 1, 1, 1) * coin(n, 0.6).view(n, 1, 1, 1)
        colour = torch.lerp(torch.randn(n, 1, cells, cells), torch.randn(n, 3, cells, cells), 0.5)
        x += strength * F.interpolate(colour, (size, size), mode="bicubic", align_corners=False)
    return x.clamp(0, 1)


def blobs(n: int, size: int) -> Tensor:
    """Shapeless masks (n, size, size), true inside."""
    fields = F.interpolate(torch.randn(n, 1, 5, 5), (size, size), mode="bicubic", align_corners=False)[:, 0]
    return fields > 0.6


def pasted(below: Cut, above: Cut, opacity: Tensor) -> Cut:
    """`above` over `below`; a class changes where the upper layer is more than half opaque."""
    return Cut(
        torch.lerp(below.x, above.x, opacity), torch.where(opacity[:, 0] > 0.5, above.y, below.y), below.inside
    )


def with_shadow(below: Cut, opacity: Tensor) -> Cut:
    """The scene darkened beside a cut-out, by its own shape shifted and blurred."""
    n, _, size, _ = opacity.shape
    reach = size // 12
    shift = [int(torch.randint(-reach, reach + 1, ())) for _ in range(2)]
    shadow = F.avg_pool2d(opacity.roll(shift, (2, 3)), 9, 1, 4)
    depth = (uniform(n, 0, 0.6) * coin(n, 0.5)).view(n, 1, 1, 1)
    return Cut(below.x * (1 - depth * shadow), below.y, below.inside)


@dataclass(frozen=True)
class Scenery:
    """Where people are set: photos with nobody to be found in them, and things that are nobody."""

    scenes: tuple[Pool, ...]
    decoys: Pool
    warp: Warp = Warp((0.7, 2.2), turn=12, stretch=1.4)

    def draw(self, n: int, size: int) -> Cut:
        """n scenes without people; some are patterns, some hold a decoy."""
        below = Cut(patterns(n, size), torch.zeros(n, size, size, dtype=torch.long), torch.ones(n, size, size) > 0)
        which = torch.multinomial(torch.tensor([2.0] + [3.0] * len(self.scenes)), n, replacement=True)
        for number, pool in enumerate(self.scenes, 1):
            rows = which == number
            if count := int(rows.sum()):
                part = cut(pool, count, size, self.warp)
                below.x[rows], below.y[rows] = part.x, part.y
        decoy = cut(self.decoys, n, size, Warp((0.4, 2.0), turn=15, stretch=1.4, roam=0.3))
        shape = (decoy.y > 0) & decoy.inside & coin(n, 0.25).view(n, 1, 1)
        nobody = Cut(recoloured(decoy.x), torch.zeros_like(decoy.y), decoy.inside)
        below = pasted(below, nobody, soft(shape))
        patch = Cut(patterns(n, size), nobody.y, nobody.inside)
        return pasted(below, patch, soft(blobs(n, size) & coin(n, 0.15).view(n, 1, 1)))


NEAR = Warp((0.6, 3.2), turn=15, stretch=1.25, roam=0.25)
FAR = Warp((0.25, 2.0), turn=15, stretch=1.25, roam=0.35)


REAL, COMPOSED = 0.5, 0.375
"""Shares of real photos and of composed ones; the rest shows nobody."""


def people_in_scenes(
    people: Pool, scenery: Scenery, n: int, size: int, real: float = REAL, composed: float = COMPOSED
) -> tuple[Tensor, Tensor]:
    """Real photos, composed ones and scenes without people: (n, 3, size, size) in 0…1 and classes (n, size, size)."""
    kind = torch.rand(n, 1, 1, 1)
    real, composed, empty = kind < real, kind >= real, kind >= real + composed
    person, other, scene = cut(people, n, size, NEAR), cut(people, n, size, FAR), scenery.draw(n, size)
    second = soft((other.y > 0) & other.inside) * (coin(n, 0.4).view(n, 1, 1, 1) & composed & ~empty)
    scene = pasted(with_shadow(scene, second), replace(other, x=recoloured(other.x)), second)
    opacity = soft((person.y > 0) & person.inside) * ~empty
    scene = with_shadow(scene, opacity * composed)
    person = replace(person, x=torch.where(real, person.x, recoloured(person.x, 0.7)))
    together = pasted(scene, person, torch.where(real, 1.0, opacity))
    return together.x, together.y
