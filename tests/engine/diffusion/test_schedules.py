"""Schedules and the readings of one network output."""

import numpy as np
import pytest

from engine.diffusion import conversions
from engine.diffusion.schedules import COSINE, LINEAR, SCHEDULES

ALPHA_BARS = (0.999, 0.5, 0.01)


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_noise_only_grows(schedule):
    assert schedule.alpha_bar[0] == 1
    assert (np.diff(schedule.alpha_bar) < 0).all()
    assert schedule.alpha_bar[-1] < 1e-3
    np.testing.assert_allclose(schedule.alpha_bar, np.cumprod(1 - schedule.beta))
    assert (np.diff(schedule.snr[1:]) < 0).all()


def test_the_linear_schedule_is_the_papers():
    np.testing.assert_allclose(LINEAR.beta[[1, 1000]], [1e-4, 0.02])
    np.testing.assert_allclose(LINEAR.alpha_bar[1000], 4.04e-5, rtol=0.01)


def test_the_cosine_schedule_halves_the_variance_half_way():
    np.testing.assert_allclose(COSINE.alpha_bar[500], 0.5, atol=0.02)


@pytest.mark.parametrize("n", [1, 3, 50, 999, 1000])
def test_visits_fall_from_pure_noise_to_the_picture(n):
    visits = COSINE.visits(n)
    assert len(visits) == n + 1
    assert visits[0] == 1000
    assert visits[-1] == 0
    assert (np.diff(visits) < 0).all()


@pytest.mark.parametrize("n", [0, -1, 1001])
def test_a_number_of_steps_that_makes_no_sense_is_refused(n):
    with pytest.raises(ValueError, match="steps"):
        COSINE.visits(n)


def test_another_schedules_noise_is_found_again():
    for t in (1, 250, 700, 999):
        assert COSINE.time_of(COSINE.alpha_bar[t]) == pytest.approx(t)
        found = COSINE.time_of(LINEAR.alpha_bar[t])
        assert np.interp(found, np.arange(1001), COSINE.alpha_bar) == pytest.approx(LINEAR.alpha_bar[t])


@pytest.mark.parametrize("alpha_bar", ALPHA_BARS)
def test_all_readings_of_one_output_agree(alpha_bar):
    rng = np.random.default_rng(0)
    x0, eps = rng.normal(size=(2, 5, 3))
    x_t = conversions.noised(x0, eps, alpha_bar)
    np.testing.assert_allclose(conversions.x0_from_eps(x_t, eps, alpha_bar), x0)
    np.testing.assert_allclose(conversions.eps_from_x0(x_t, x0, alpha_bar), eps)
    score = conversions.score_from_eps(eps, alpha_bar)
    np.testing.assert_allclose(conversions.eps_from_score(score, alpha_bar), eps)
    v = conversions.v_from_eps(x_t, eps, alpha_bar)
    np.testing.assert_allclose(v, alpha_bar**0.5 * eps - (1 - alpha_bar) ** 0.5 * x0)
    np.testing.assert_allclose(conversions.eps_from_v(x_t, v, alpha_bar), eps)


def test_a_jump_and_a_walk_have_the_same_marginal():
    """q(x_t|x_0) by equation 4, against t draws of equation 2: the same mean and the same variance."""
    rng, t, x0 = np.random.default_rng(0), 300, 0.8
    walk = np.full(20_000, x0)
    for beta in COSINE.beta[1 : t + 1]:
        walk = np.sqrt(1 - beta) * walk + np.sqrt(beta) * rng.normal(size=walk.shape)
    jump = conversions.noised(x0, rng.normal(size=walk.shape), COSINE.alpha_bar[t])
    assert walk.mean() == pytest.approx(jump.mean(), abs=0.02)
    assert walk.mean() == pytest.approx(COSINE.alpha_bar[t] ** 0.5 * x0, abs=0.02)
    assert walk.var() == pytest.approx(jump.var(), rel=0.03)
    assert walk.var() == pytest.approx(1 - COSINE.alpha_bar[t], rel=0.03)
