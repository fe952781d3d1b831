"""The toy's identities: Bayes, log p(x) = ELBO + gap, the amortisation gap, and mode-seeking against mass-covering."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from engine.autoencoders.cats_and_dogs import (
    ALIKE,
    AS_THEY_ARE,
    World,
    Z,
    best_gaussian,
    bound,
    climb,
    encode,
    fold_log_posterior,
    forward_kl,
    gaussian_density,
    log_evidence,
    log_likelihood,
    log_posterior,
    reverse_kl,
    sample,
)

ANIMAL = (27.0, 6.0)
heights, weights = st.floats(5, 90), st.floats(0, 60)
shares = st.floats(0, 1)
priors = st.floats(0.001, 0.999)


def test_likelihood_is_the_bivariate_normal():
    kinds = zip(AS_THEY_ARE.means, AS_THEY_ARE.covs, strict=True)
    expected = [multivariate_normal(mean, cov).logpdf(ANIMAL) for mean, cov in kinds]
    np.testing.assert_allclose(log_likelihood(AS_THEY_ARE, ANIMAL), expected)


def test_evidence_is_a_density_over_heights_and_weights():
    heights_cm, weights_kg = np.linspace(-30, 90, 401), np.linspace(-20, 40, 401)
    x = np.stack(np.meshgrid(heights_cm, weights_kg), axis=-1)
    cell = (heights_cm[1] - heights_cm[0]) * (weights_kg[1] - weights_kg[0])
    assert np.exp(log_evidence(AS_THEY_ARE, x)).sum() * cell == pytest.approx(1, abs=1e-4)


@given(heights, weights, priors)
def test_posterior_is_bayes_formula(height, weight, prior_cat):
    world = World(prior_cat)
    log_odds = np.log(prior_cat / (1 - prior_cat)) + log_likelihood(world, (height, weight)) @ [1, -1]
    posterior = np.exp(log_posterior(world, (height, weight)))
    assert posterior.sum() == pytest.approx(1)
    assert posterior[0] == pytest.approx(np.exp(-np.logaddexp(0, -log_odds)), abs=1e-12)


@given(heights, weights, priors, shares)
def test_evidence_is_elbo_plus_gap_whatever_q_is(height, weight, prior_cat, q_cat):
    world, x = World(prior_cat), (height, weight)
    here = bound(world, x, q_cat)
    assert here.elbo + here.gap == pytest.approx(log_evidence(world, x), rel=1e-9, abs=1e-9)
    assert here.elbo <= log_evidence(world, x) + 1e-9
    assert here.kl >= 0


@given(heights, weights, priors)
def test_the_elbo_touches_the_evidence_at_the_true_posterior(height, weight, prior_cat):
    world, x = World(prior_cat), (height, weight)
    assert bound(world, x, np.exp(log_posterior(world, x))[0]).gap == pytest.approx(0, abs=1e-9)


def test_bound_broadcasts_one_animal_over_many_q():
    q_cat = np.linspace(0, 1, 1001)
    curve = bound(AS_THEY_ARE, ANIMAL, q_cat).elbo
    assert curve.shape == (1001,)
    assert q_cat[curve.argmax()] == pytest.approx(np.exp(log_posterior(AS_THEY_ARE, ANIMAL)[0]), abs=1e-3)


def test_samples_have_the_worlds_moments():
    world = World(prior_cat=0.7)
    x, z = sample(world, 40_000, seed=0)
    assert (z == 0).mean() == pytest.approx(0.7, abs=0.01)
    for kind in (0, 1):
        np.testing.assert_allclose(x[z == kind].mean(0), world.means[kind], rtol=0.01)
        np.testing.assert_allclose(np.cov(x[z == kind].T), world.covs[kind], rtol=0.06)


def test_the_same_seed_draws_the_same_animals():
    np.testing.assert_array_equal(sample(AS_THEY_ARE, 9, seed=3)[0], sample(AS_THEY_ARE, 9, seed=3)[0])
    assert (sample(AS_THEY_ARE, 9, seed=3)[0] != sample(AS_THEY_ARE, 9, seed=4)[0]).any()


def test_with_equal_covariances_the_encoder_finds_the_true_posterior():
    x, _ = sample(ALIKE, 400, seed=0)
    *_, last = climb(ALIKE, x, steps=1500)
    precision = np.linalg.inv(ALIKE.covs[0])
    cat, dog = np.array(ALIKE.means)
    assert last.gap == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(last.w, precision @ (cat - dog), atol=1e-3)  # the LDA discriminant
    np.testing.assert_allclose(encode(x, last.w, last.b), np.exp(log_posterior(ALIKE, x))[:, 0], atol=1e-3)


def test_with_unequal_covariances_an_amortisation_gap_stays():
    x, _ = sample(AS_THEY_ARE, 400, seed=0)
    *_, before, last = climb(AS_THEY_ARE, x, steps=3000)
    assert last.gap > 0.1
    assert before.gap - last.gap < 1e-6


def test_every_step_keeps_the_identity_and_small_steps_climb():
    x, _ = sample(AS_THEY_ARE, 200, seed=1)
    steps = list(climb(AS_THEY_ARE, x, steps=60, rate=0.05))
    assert [s.step for s in steps] == list(range(61))
    for s in steps:
        assert s.elbo + s.gap == pytest.approx(log_evidence(AS_THEY_ARE, x).mean())
        assert s.elbo == pytest.approx(bound(AS_THEY_ARE, x, encode(x, s.w, s.b)).elbo.mean())
    assert (np.diff([s.elbo for s in steps]) > 0).all()


def test_the_step_follows_the_numerical_gradient():
    x, _ = sample(AS_THEY_ARE, 50, seed=2)
    first, second = list(climb(AS_THEY_ARE, x, steps=1, rate=1e-3))
    centre, scale, h = x.mean(0), x.std(0), 1e-5

    def elbo(v0: float, v1: float, c: float) -> float:
        w = np.array([v0, v1]) / scale
        return bound(AS_THEY_ARE, x, encode(x, w, c - w @ centre)).elbo.mean()

    moved = np.array([*(second.w * scale), second.b + second.w @ centre]) / 1e-3
    slopes = [(elbo(*(h * e)) - elbo(*(-h * e))) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(moved, slopes, rtol=1e-5)
    assert first.gap > second.gap


def test_what_the_encoder_does_not_see_keeps_weight_zero_and_costs_nats():
    x, _ = sample(ALIKE, 400, seed=0)
    full, height_only, blind = [list(climb(ALIKE, x, 400, sees=sees))[-1] for sees in ((1, 1), (1, 0), (0, 0))]
    assert height_only.w[1] == 0 and (blind.w == 0).all()
    assert full.gap < height_only.gap < blind.gap


def test_closing_the_stream_stops_the_climb():
    x, _ = sample(ALIKE, 20, seed=0)
    stream = climb(ALIKE, x, steps=10**9)
    assert next(stream).step == 0
    stream.close()
    assert list(stream) == []


@pytest.mark.parametrize(("x", "noise"), [(2.0, 0.5), (0.0, 0.3), (3.5, 1.0)])
def test_the_folds_evidence_is_elbo_plus_gap_with_the_elbo_in_closed_form(x, noise):
    mu, sigma = 0.8, 0.6
    log_p, log_p_x = fold_log_posterior(x, noise)
    z2, z4 = mu**2 + sigma**2, mu**4 + 6 * mu**2 * sigma**2 + 3 * sigma**4
    reconstruction = -(x**2 - 2 * x * z2 + z4) / (2 * noise**2) - np.log(noise) - np.log(2 * np.pi) / 2
    kl_to_prior = (z2 - 1) / 2 - np.log(sigma)
    assert reconstruction - kl_to_prior + reverse_kl(log_p, mu, sigma) == pytest.approx(log_p_x, abs=1e-8)


def test_the_folds_posterior_is_symmetric_normalised_and_has_two_modes():
    density = np.exp(fold_log_posterior(2.0, 0.5)[0])
    assert np.trapezoid(density, Z) == pytest.approx(1)
    np.testing.assert_allclose(density, density[::-1], atol=1e-12)
    peaks = Z[1:-1][(density[1:-1] > density[:-2]) & (density[1:-1] > density[2:])]
    np.testing.assert_allclose(peaks, [-np.sqrt(2 - 0.125), np.sqrt(2 - 0.125)], atol=0.01)  # d/dz log p(z, x) = 0


def test_reverse_kl_seeks_one_mode_and_costs_log_2():
    log_p, _ = fold_log_posterior(3.0, 0.3)
    right, left = best_gaussian(reverse_kl, log_p, start=0.5), best_gaussian(reverse_kl, log_p, start=-0.5)
    assert right.mu == pytest.approx(np.sqrt(3), abs=0.05)
    assert left.mu == pytest.approx(-right.mu, abs=1e-4)
    assert right.divergence == pytest.approx(np.log(2), abs=0.01)


def test_forward_kl_covers_the_mass_by_matching_moments():
    log_p, _ = fold_log_posterior(2.0, 0.5)
    fit = best_gaussian(forward_kl, log_p)
    variance = np.trapezoid(Z**2 * np.exp(log_p), Z)
    assert fit.mu == pytest.approx(0, abs=1e-4)
    assert fit.sigma == pytest.approx(np.sqrt(variance), rel=1e-4)
    assert fit.sigma > 4 * best_gaussian(reverse_kl, log_p).sigma


def test_both_divergences_vanish_for_the_gaussian_itself():
    log_q = np.log(gaussian_density(0.4, 0.9))
    assert reverse_kl(log_q, 0.4, 0.9) == pytest.approx(0, abs=1e-9)
    assert forward_kl(log_q, 0.4, 0.9) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("prior_cat", [0.0, 1.0, -0.5, np.nan])
def test_a_prior_must_leave_room_for_both_kinds(prior_cat):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        World(prior_cat)


def test_wrong_numbers_are_named():
    with pytest.raises(ValueError, match="positive definite"):
        replace(AS_THEY_ARE, covs=(((1.0, 2.0), (2.0, 1.0)), AS_THEY_ARE.covs[1]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        bound(AS_THEY_ARE, ANIMAL, 1.1)
    with pytest.raises(ValueError, match="must be positive"):
        fold_log_posterior(2.0, 0.0)
