"""DDIM run backwards finds the very noise from which DDIM came."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.samplers import ddim, invert
from engine.diffusion.schedules import COSINE

NO_LIMIT = 1e9
START = 950


def curved(x: Tensor, t: int) -> Tensor:
    """An ε that depends on x_t, and not in a straight line."""
    return 0.6 * torch.tanh(x) + 0.2 * torch.sin(3 * x)


def distance_after(rounds: int, steps: int = 20) -> float:
    """How far the noise that is found lies from the noise that there was."""
    noise = torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    visits = COSINE.visits(steps, START)
    *_, painted = ddim(curved, noise, COSINE, visits, torch.Generator(), limit=NO_LIMIT)
    *_, found = invert(curved, painted.x_t, COSINE, visits, rounds)
    return float((found.x_t - noise).abs().max())


def test_every_round_comes_nearer_to_the_noise():
    distances = [distance_after(rounds) for rounds in (0, 2, 8, 32)]
    assert sorted(distances, reverse=True) == distances
    assert distances[-1] < 1e-6 < 0.01 < distances[0]


def test_smaller_steps_come_nearer_too():
    assert distance_after(0, 200) < distance_after(0, 20) / 2


def test_visits_may_begin_below_pure_noise():
    assert COSINE.visits(10, START).tolist() == list(range(950, -1, -95))
    with pytest.raises(ValueError, match="1…950"):
        COSINE.visits(951, START)
    with pytest.raises(ValueError):
        COSINE.visits(10, 1001)
