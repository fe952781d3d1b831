"""Entropy, KL and JS against hand-computed values and against their defining inequalities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.information import cross_entropy, entropy, js, kl

LECTURE_P = (0.36, 0.48, 0.16)
UNIFORM = (1 / 3, 1 / 3, 1 / 3)


def weights(outcomes: int = 4) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.float64, outcomes, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 1e-3)


def distributions() -> st.SearchStrategy[np.ndarray]:
    return weights().map(lambda w: w / w.sum())


def test_the_lectures_two_divergences():
    assert kl(LECTURE_P, UNIFORM) == pytest.approx(0.0853, abs=5e-5)
    assert kl(UNIFORM, LECTURE_P) == pytest.approx(0.0975, abs=5e-5)


def test_entropy_of_a_coin_in_nats_and_of_certainty():
    assert entropy([0.5, 0.5]) == pytest.approx(np.log(2))
    assert entropy([0.0, 1.0, 0.0]) == 0.0
    assert entropy([0.9, 0.1]) == pytest.approx(-0.9 * np.log(0.9) - 0.1 * np.log(0.1))


def test_kl_is_infinite_only_where_q_forbids_what_p_allows():
    assert kl([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert cross_entropy([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert kl([1.0, 0.0], [0.5, 0.5]) == pytest.approx(np.log(2))


def test_js_of_disjoint_distributions_is_log_2():
    assert js([1.0, 0.0], [0.0, 1.0]) == pytest.approx(np.log(2))


def test_rows_are_separate_distributions():
    p = np.array([LECTURE_P, UNIFORM])
    np.testing.assert_allclose(kl(p, UNIFORM), [kl(LECTURE_P, UNIFORM), 0.0], atol=1e-15)
    assert entropy(p).shape == (2,)


@given(distributions(), distributions())
def test_gibbs_inequality_and_the_chain_to_cross_entropy(p, q):
    assert kl(p, q) >= 0
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl(p, q), abs=1e-9)


@given(distributions())
def test_a_distribution_is_no_distance_from_itself(p):
    assert kl(p, p) == pytest.approx(0, abs=1e-12)
    assert js(p, p) == pytest.approx(0, abs=1e-12)


@given(distributions())
def test_entropy_is_what_uniform_leaves_of_log_k(p):
    k = len(p)
    assert entropy(p) == pytest.approx(np.log(k) - kl(p, np.full(k, 1 / k)), abs=1e-12)


@given(distributions(), distributions())
def test_js_is_symmetric_bounded_and_the_mean_of_two_kls(p, q):
    middle = (p + q) / 2
    assert js(p, q) == pytest.approx(js(q, p), abs=1e-12)
    assert 0 <= js(p, q) <= np.log(2) + 1e-12
    assert js(p, q) == pytest.approx(kl(p, middle) / 2 + kl(q, middle) / 2, abs=1e-9)


@pytest.mark.parametrize(
    ("p", "sentence"),
    [
        ([0.5, 0.6], "add up to 1; it adds up to 1.1"),
        ([1.2, -0.2], "negative probabilities"),
        ([np.nan, 1.0], "finite numbers"),
        ([], "at least one probability"),
        (1.0, "at least one probability"),
    ],
)
def test_what_is_not_a_distribution_is_named(p, sentence):
    with pytest.raises(ValueError, match=sentence):
        entropy(p)


def test_two_distributions_must_share_their_outcomes():
    with pytest.raises(ValueError, match="p has 2 outcomes and q has 3"):
        kl([0.5, 0.5], UNIFORM)
