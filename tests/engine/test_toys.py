"""Toy data whose score is known: the formulas against their definitions, and walks that must reach known moments."""

import numpy as np
import pytest

from engine.diffusion.conversions import eps_from_score, x0_from_eps
from engine.diffusion.schedules import SCHEDULES
from engine.diffusion.toy_walks import INNER, LAST, WAYS, langevin, plan, reverse_sde, walk
from engine.toys import SOURCES, Mixture, drawn, points

LEVELS = (0.02, 0.5, 0.99, 1.0)
ONE = Mixture(np.array([[0.6, -1.1]]), 0.5)


@pytest.fixture(params=SOURCES)
def mixture(request) -> Mixture:
    return SOURCES[request.param]()


@pytest.fixture
def places() -> np.ndarray:
    return np.random.default_rng(0).uniform(-2, 2, (50, 2))


@pytest.mark.parametrize("alpha_bar", LEVELS)
def test_the_score_is_the_gradient_of_the_log_density(mixture, places, alpha_bar):
    h = 1e-5
    for axis in np.eye(2):
        up, down = (mixture.log_density(places + side * h * axis, alpha_bar) for side in (1, -1))
        assert mixture.score(places, alpha_bar) @ axis == pytest.approx((up - down) / (2 * h), rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("alpha_bar", LEVELS)
def test_the_density_adds_up_to_one(mixture, alpha_bar):
    across = np.linspace(-4.5, 4.5, 181)
    grid = np.stack(np.meshgrid(across, across), -1).reshape(-1, 2)
    assert np.exp(mixture.log_density(grid, alpha_bar)).sum() * (9 / 180) ** 2 == pytest.approx(1, abs=1e-3)


def test_where_all_is_noise_the_score_points_to_the_origin(mixture, places):
    assert mixture.score(places, 1e-12) == pytest.approx(-places, abs=1e-4)


def test_the_score_of_an_empirical_distribution_is_that_of_its_noised_points(places):
    """q(x_t) = 1/n Σ N(x_t; √ᾱ x_i, (1 − ᾱ) I), written out."""
    data, alpha_bar = points("moons", 30, 0), 0.4
    away = np.sqrt(alpha_bar) * data - places[:, None]
    weights = np.exp(-(away**2).sum(-1) / (2 * (1 - alpha_bar)))
    expected = (weights[..., None] * away).sum(1) / weights.sum(1, keepdims=True) / (1 - alpha_bar)
    assert Mixture(data, 0.0).score(places, alpha_bar) == pytest.approx(expected)


@pytest.mark.parametrize("alpha_bar", [0.02, 0.5, 0.99])
def test_noise_score_and_clean_data_tell_the_same(mixture, places, alpha_bar):
    eps = mixture.eps(places, alpha_bar)
    assert eps == pytest.approx(eps_from_score(mixture.score(places, alpha_bar), alpha_bar))
    assert mixture.x0_hat(places, alpha_bar) == pytest.approx(x0_from_eps(places, eps, alpha_bar), abs=1e-6)


def test_the_mean_of_clean_data_is_bayes_formula():
    """x̂₀ against the mean of many x₀ whose x_t fell near one place."""
    ring, alpha_bar, rng = SOURCES["ring"](), 0.7, np.random.default_rng(1)
    x0 = ring.sample(500_000, 2)
    x_t = np.sqrt(alpha_bar) * x0 + np.sqrt(1 - alpha_bar) * rng.standard_normal(x0.shape)
    place = np.array([[0.9, 0.5]])
    near = np.hypot(*(x_t - place).T) < 0.05
    tolerance = 4 * x0[near].std() / near.sum() ** 0.5
    assert ring.x0_hat(place, alpha_bar)[0] == pytest.approx(x0[near].mean(0), abs=tolerance)


@pytest.mark.parametrize("name", SOURCES)
def test_points_are_of_one_size_and_come_from_their_seed(name):
    sample = points(name, 4000, 3)
    assert np.abs(sample).max() < 2.4
    assert 0.75 < np.sqrt((sample.var(0)).mean()) < 1.15
    assert np.array_equal(sample, points(name, 4000, 3))
    assert not np.array_equal(sample, points(name, 4000, 4))


def test_a_drawing_is_known_where_its_ink_is():
    ink = np.zeros((28, 28), np.float32)
    ink[2:5, 20:25] = 1.0  # above, on the right
    mixture = drawn(ink)
    assert len(mixture.centres) == 15
    assert (mixture.centres.mean(0) > 0.5).all()
    assert np.abs(mixture.centres).max() < 2
    assert len(drawn(np.ones((28, 28))).centres) == 160
    with pytest.raises(ValueError, match="no ink"):
        drawn(np.zeros((28, 28)))


# walks


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=str)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_brings_noise_to_the_mean_and_variance_of_one_gaussian(way, schedule):
    moves = 2400 if way == "langevin" else 240  # Langevin dynamics lags behind the levels, the less the more there are
    x = walk(ONE.x0_hat, np.random.default_rng(0).standard_normal((8_000, 2)), plan(way, schedule, moves), seed=1)
    assert x.mean(0) == pytest.approx(ONE.centres[0], abs=0.02)
    assert x.std(0) == pytest.approx([ONE.spread] * 2, rel=0.04)


def test_more_moves_bring_the_flow_nearer_to_the_variance():
    """The error of DDIM is of first order: four times the moves, about a quarter of it."""
    x = np.random.default_rng(0).standard_normal((4000, 2))
    x = (x - x.mean(0)) / x.std(0)
    few, many = (
        abs(walk(ONE.x0_hat, x, plan("ode", SCHEDULES["cosine"], moves), 0).std(0)[0] - 0.5) for moves in (50, 200)
    )
    assert many < few / 3


def test_a_move_of_the_reverse_sde_turns_noise_level_into_noise_level():
    """With x̂₀ = x₀ exactly, x_t ~ N(√ᾱ x₀, 1 − ᾱ) becomes x_s ~ N(√ᾱ_s x₀, 1 − ᾱ_s)."""
    a, b, c = reverse_sde(0.3, 0.6)
    assert a * 0.3**0.5 + b == pytest.approx(0.6**0.5)
    assert a**2 * 0.7 + c**2 == pytest.approx(0.4)


def test_a_langevin_move_is_a_step_along_the_score():
    x, alpha_bar = np.array([[0.3, -0.7], [1.5, 0.2]]), 0.8
    a, b, c = langevin(alpha_bar, alpha_bar)
    along = x + c**2 / 2 * ONE.score(x, alpha_bar)
    assert a * x + b * ONE.x0_hat(x, alpha_bar) == pytest.approx(along)


def test_the_flow_adds_no_noise_and_only_langevin_ends_with_some():
    for schedule in SCHEDULES.values():
        assert not plan("ode", schedule).moves[:, 2].any()
        assert plan("sde", schedule).moves[-1, 2] == 0
        assert plan("sde", schedule).t[-1] == plan("ode", schedule).t[-1] == 0
        annealed = plan("langevin", schedule)
        assert annealed.t[-1] == LAST
        assert (np.unique(annealed.t[:-1], return_counts=True)[1] == INNER).all()


def test_without_noise_levels_particles_never_leave_the_nearest_mode():
    """From one corner, all 8 modes are reached with noise levels; without, one."""
    ring = SOURCES["ring"]()
    start = 0.25 * np.random.default_rng(0).standard_normal((400, 2)) + [2.0, -2.0]

    def modes(**options) -> int:
        x = walk(ring.x0_hat, start, plan("langevin", SCHEDULES["cosine"], **options), 0)
        return len(np.unique(np.hypot(*(x[:, None] - ring.centres).transpose(2, 0, 1)).argmin(1)))

    assert modes() == 8
    assert modes(one_level=True) == 1
    with pytest.raises(ValueError, match="Only Langevin"):
        plan("ode", SCHEDULES["cosine"], one_level=True)
