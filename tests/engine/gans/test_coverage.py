import numpy as np
import pytest

from engine.gans.coverage import NOWHERE, coverage, js_divergence
from engine.gans.toys import TOYS, drawn

N = 10_000


@pytest.mark.parametrize("name", TOYS)
def test_a_perfect_generator_covers_everything_and_has_no_divergence(name):
    toy = TOYS[name]()
    found = coverage(toy.sample(N, seed=1), toy)
    assert found.modes == found.touched == len(toy.mode_shares)
    assert found.high_quality > 1 - NOWHERE - 0.005
    assert 0 <= found.reverse_kl < 0.003
    assert 0 <= found.js < 0.004


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_one_of_K_modes_has_a_reverse_kl_of_log_K(name):
    toy = TOYS[name]()
    one = toy.centres[3] + toy.spread * np.random.default_rng(0).standard_normal((N, 2))
    found = coverage(one, toy)
    assert found.modes == 1
    assert found.reverse_kl == pytest.approx(np.log(len(toy.centres)))


def test_rare_modes_weigh_as_much_as_they_hold():
    toy = TOYS["imbalanced"]()
    commonest = toy.mode_shares.argmax()
    found = coverage(np.repeat(toy.centres[toy.modes == commonest][:1], N, 0), toy)
    assert found.reverse_kl == pytest.approx(-np.log(toy.mode_shares[commonest]))


def test_a_point_of_high_quality_lies_within_three_standard_deviations():
    toy = TOYS["ring"]()
    ring_of_points = toy.centres.repeat(100, 0)
    inside, outside = ring_of_points + [2.99 * toy.spread, 0], ring_of_points + [0, 3.01 * toy.spread]
    assert coverage(inside, toy).high_quality == 1
    assert coverage(outside, toy).high_quality == 0


def test_a_mode_that_is_merely_touched_is_not_covered():
    toy = TOYS["ring"]()
    points = np.repeat(toy.centres[:1], N, 0)
    points[0] = toy.centres[1]
    found = coverage(points, toy)
    assert (found.modes, found.touched) == (1, 2)


def test_js_is_symmetric_and_at_most_log_2():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.1, 0.2, 0.7])
    assert js_divergence(p, q) == pytest.approx(js_divergence(q, p))
    assert js_divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(np.log(2))
    assert js_divergence(p, p) == 0


def test_a_drawing_has_modes_that_share_its_ink_and_an_empty_one_asks_for_points():
    ink = np.zeros((64, 64))
    ink[10:54, 30:33] = 1
    toy = drawn(ink)
    assert toy.mode_shares.sum() == pytest.approx(1)
    assert len(toy.mode_shares) == 8
    with pytest.raises(ValueError, match="draw a few points"):
        drawn(np.zeros((64, 64)))


def test_a_single_dot_is_one_mode():
    ink = np.zeros((64, 64))
    ink[20, 20] = 1
    assert drawn(ink).mode_shares.tolist() == [1]
