"""The forward process: one jump and many steps draw from the same Gaussian, but by different ways."""

from itertools import islice

import numpy as np
import pytest

from engine.diffusion import forward
from engine.diffusion.conversions import eps_from_x0
from engine.diffusion.schedules import COSINE, LINEAR, SCHEDULES, Schedule

PIXEL, DRAWS = 0.8, 20_000


def drawn(way: str, t: int, schedule: Schedule) -> np.ndarray:
    """x_t of one pixel, many times."""
    x0, rng = np.full(DRAWS, PIXEL), np.random.default_rng(0)
    if way == "jump":
        return forward.jump(x0, t, schedule, rng)
    return next(islice(forward.walk(x0, schedule, rng), t, None))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("way", ["jump", "walk"])
@pytest.mark.parametrize("t", [1, 30, 300, 1000])
def test_both_ways_draw_from_the_gaussian_of_equation_4(way, t, schedule):
    eps = eps_from_x0(drawn(way, t, schedule), PIXEL, float(schedule.alpha_bar[t]))
    assert eps.mean() == pytest.approx(0, abs=4 / DRAWS**0.5)
    assert eps.std() == pytest.approx(1, abs=4 / (2 * DRAWS) ** 0.5)
    assert (eps**3).mean() == pytest.approx(0, abs=4 * (15 / DRAWS) ** 0.5)
    assert (eps**4).mean() == pytest.approx(3, abs=4 * (96 / DRAWS) ** 0.5)


def test_a_walk_begins_with_the_picture_and_takes_every_step():
    x0 = np.zeros((2, 3))
    steps = list(forward.walk(x0, LINEAR, np.random.default_rng(0)))
    assert len(steps) == LINEAR.steps + 1
    assert steps[0] is x0
    assert all(step.shape == x0.shape for step in steps)


def test_neighbours_on_a_walk_share_their_past():
    """Corr(ε_s, ε_t) = √(SNR_t / SNR_s) for s < t: less of the past is left the more noise was added since."""
    s, t, x0 = 200, 300, np.full(DRAWS, PIXEL)
    states = dict(enumerate(islice(forward.walk(x0, COSINE, np.random.default_rng(0)), t + 1)))
    eps = [eps_from_x0(states[time], PIXEL, float(COSINE.alpha_bar[time])) for time in (s, t)]
    assert np.corrcoef(*eps)[0, 1] == pytest.approx((COSINE.snr[t] / COSINE.snr[s]) ** 0.5, abs=0.02)


def test_the_same_seed_gives_the_same_walk_and_another_seed_another():
    x0 = np.zeros(5)
    ends = [next(islice(forward.walk(x0, COSINE, np.random.default_rng(seed)), 40, None)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(ends[0], ends[1])
    assert (ends[0] != ends[2]).all()
