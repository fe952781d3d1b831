"""Looking at a race without touching it: points, what the discriminators believe of the plane, where they push."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.gans.coverage import Coverage, coverage
from engine.gans.race_networks import generate
from engine.gans.race_training import Race
from engine.gans.toys import Toy

LOOK_SEED = 2**31
SHOWN, PUSHED, COUNTED, CELLS = 512, 96, 2000, 48
HALF_LIMIT = 6e4


@dataclass(frozen=True)
class View:
    """A race at one moment, in the data's coordinates.

    `fakes` f16 (L, 512, 2), always from the same z; `landscape` u8 (L, 48, 48), 255 · D(x) on the window, row 0 at the
    top; `arrows` f16 (L, 96, 4), the first fakes x, y and −∂L_G/∂x, ∂L_G/∂y for that point alone.
    """

    fakes: np.ndarray
    landscape: np.ndarray
    arrows: np.ndarray


def look(race: Race, window: tuple[float, float, float, float]) -> View:
    """The view of a race on a window x0, x1, y0, y1."""
    fakes = _fakes(race, SHOWN)
    real = race.from_the_plane(_data(race, SHOWN))
    starts = race.to_the_plane(fakes[:, :PUSHED])
    arrows = torch.cat([starts, race.scale * pushes(race, fakes, real)[:, :PUSHED]], -1)
    return View(_half(race.to_the_plane(fakes)), landscape(race, fakes, real, window), _half(arrows))


@torch.no_grad()
def landscape(race: Race, fakes: Tensor, real: Tensor, window: tuple[float, float, float, float]) -> np.ndarray:
    """255 · D(x) at the middle of each of 48 × 48 cells, u8 (L, 48, 48).

    A discriminator of packs is shown x among generated points, one that knows the batch's spread is told the fakes'.
    """
    layers, _ = race.layers(race.discriminator.theta)
    seen_fake = race.sight.of(fakes)
    middle = race.middle_logit(*(race.sight.judge(layers, seen) for seen in (race.sight.of(real), seen_fake)))
    x = race.from_the_plane(_cells(window).to(race.device)).expand(len(race.lanes), -1, -1)
    logits = race.sight.judge(layers, race.sight.among(x, fakes), race.sight.spread_of(layers, seen_fake))
    beliefs = race.beliefs(logits, middle)
    return (255 * beliefs).round().byte().unflatten(1, (CELLS, CELLS)).cpu().numpy()


def pushes(race: Race, fakes: Tensor, real: Tensor) -> Tensor:
    """−∂L_G/∂x of each generated point, (L, B, 2): where the discriminator would rather have it."""
    with torch.enable_grad():
        x = fakes.detach().requires_grad_()
        (slope,) = torch.autograd.grad(race.generator_losses(x, real).sum(), x)
    return -slope * fakes.shape[1]


def count(race: Race, toy: Toy, n: int = COUNTED) -> list[Coverage]:
    """How much of the toy each lane makes, on n fresh but always the same z."""
    return [coverage(points, toy) for points in race.to_the_plane(_fakes(race, n)).double().cpu().numpy()]


@torch.no_grad()
def _fakes(race: Race, n: int) -> Tensor:
    """n points (L, n, 2) of the generators that are shown, as the networks see the plane."""
    random = torch.Generator(race.device).manual_seed(LOOK_SEED)
    z = torch.randn(n, race.settings.noise_dims, generator=random, device=race.device) * race.settings.noise
    return generate(race.shape_g, race.shown, z.expand(len(race.lanes), -1, -1))


def _data(race: Race, n: int) -> Tensor:
    """n points (L, n, 2) of the data."""
    random = torch.Generator(race.device).manual_seed(LOOK_SEED)
    chosen = torch.randint(len(race.centres), (n,), generator=random, device=race.device)
    noise = torch.randn(n, 2, generator=random, device=race.device)
    return (race.centres[chosen] + race.spread * noise).expand(len(race.lanes), -1, -1)


def _cells(window: tuple[float, float, float, float]) -> Tensor:
    """The middles of the cells, row by row from the top: (CELLS², 2)."""
    x0, x1, y0, y1 = window
    inside = (torch.arange(CELLS) + 0.5) / CELLS
    down, across = torch.meshgrid(y1 + inside * (y0 - y1), x0 + inside * (x1 - x0), indexing="ij")
    return torch.stack([across, down], -1).flatten(0, 1)


def _half(numbers: Tensor) -> np.ndarray:
    return numbers.nan_to_num(0).clamp(-HALF_LIMIT, HALF_LIMIT).half().cpu().numpy()
