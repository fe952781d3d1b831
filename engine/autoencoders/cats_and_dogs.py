"""Two latent variables small enough to know the exact posterior, and the variational q that stands in for it.

1. Cat or dog: z is one of two kinds, x = (height, weight) is Gaussian given z, and p(x) is a sum of two terms.
2. The fold: z is a number, x = z² + noise has forgotten its sign, and a Gaussian q must choose how to be wrong.

Notation and the identity log p(x) = ELBO(q) + KL(q(z|x) ‖ p(z|x)): Kingma & Welling (2014), eq. 1–3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.information import entropy, kl

KINDS = ("cat", "dog")
CAT_SHAPE = ((6.25, 1.25), (1.25, 1.0))
DOG_SHAPE = ((49.0, 16.8), (16.8, 9.0))
SHARED_SHAPE = ((16.0, 3.6), (3.6, 2.25))


@dataclass(frozen=True)
class World:
    """p(z) and p(x|z): two kinds of animals, z ∈ (cat, dog), seen as x = (height at the shoulder in cm, weight in kg).

    Raises ValueError unless 0 < prior_cat < 1 and both covariances are symmetric and positive definite.
    """

    prior_cat: float = 0.5
    means: tuple[tuple[float, float], tuple[float, float]] = ((25.0, 4.5), (32.0, 8.5))
    covs: tuple[tuple[tuple[float, float], ...], ...] = (CAT_SHAPE, DOG_SHAPE)

    def __post_init__(self) -> None:
        if not 0 < self.prior_cat < 1:
            raise ValueError(f"The prior p(cat) must lie strictly between 0 and 1; it is {self.prior_cat:g}.")
        covs = np.asarray(self.covs, dtype=np.float64)
        if covs.shape != (2, 2, 2) or (covs != covs.swapaxes(1, 2)).any() or (np.linalg.eigvalsh(covs) <= 0).any():
            raise ValueError("Each kind needs a symmetric, positive definite 2×2 covariance.")

    @property
    def prior(self) -> np.ndarray:
        """p(z), shape (2,)."""
        return np.array([self.prior_cat, 1 - self.prior_cat])


AS_THEY_ARE = World()
"""Cats alike, dogs of every size: the covariances differ, so the true log-odds are quadratic in x (QDA)."""

ALIKE = World(covs=(SHARED_SHAPE, SHARED_SHAPE))
"""One covariance for both kinds: the true log-odds are linear in x (LDA), within reach of a logistic encoder."""


def sample(world: World, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw n animals z ~ p(z), x ~ p(x|z): x of shape (n, 2) in cm and kg, z of shape (n,) with 0 = cat, 1 = dog."""
    rng = np.random.default_rng(seed)
    z = (rng.random(n) >= world.prior_cat).astype(int)
    factors = np.linalg.cholesky(np.asarray(world.covs))
    x = np.asarray(world.means)[z] + np.einsum("nij,nj->ni", factors[z], rng.standard_normal((n, 2)))
    return x, z


def log_likelihood(world: World, x: ArrayLike) -> np.ndarray:
    """log p(x|z) for both kinds: x of shape (..., 2) in cm and kg → (..., 2), in nats per cm·kg."""
    covs = np.asarray(world.covs)
    residual = np.asarray(x, dtype=np.float64)[..., None, :] - np.asarray(world.means)  # (..., kind, 2)
    distance = np.einsum("...zi,zij,...zj->...z", residual, np.linalg.inv(covs), residual)
    return -0.5 * (distance + np.log(np.linalg.det(2 * np.pi * covs)))


def log_evidence(world: World, x: ArrayLike) -> np.ndarray:
    """log p(x) = log Σ_z p(z) p(x|z): x of shape (..., 2) → (...), in nats per cm·kg."""
    return np.logaddexp.reduce(log_likelihood(world, x) + np.log(world.prior), axis=-1)


def log_posterior(world: World, x: ArrayLike) -> np.ndarray:
    """log p(z|x) = log p(z) + log p(x|z) − log p(x), Bayes' formula: x of shape (..., 2) → (..., 2)."""
    return log_likelihood(world, x) + np.log(world.prior) - log_evidence(world, x)[..., None]


@dataclass(frozen=True)
class Bound:
    """What q costs, in nats: ELBO = reconstruction − kl, and log p(x) = ELBO + gap whatever q is."""

    reconstruction: np.ndarray
    """E_q[log p(x|z)]"""
    kl: np.ndarray
    """KL(q(z|x) ‖ p(z))"""
    gap: np.ndarray
    """KL(q(z|x) ‖ p(z|x))"""

    @property
    def elbo(self) -> np.ndarray:
        """The evidence lower bound."""
        return self.reconstruction - self.kl


def bound(world: World, x: ArrayLike, q_cat: ArrayLike) -> Bound:
    """The ELBO of the variational posterior q(z|x) = (q_cat, 1 − q_cat) and its distance from the true one.

    x: shape (..., 2) in cm and kg; q_cat: shape (...) in [0, 1]; the leading shapes broadcast.
    Raises ValueError when q_cat leaves [0, 1]. Source: Kingma & Welling (2014), eq. 1 and 3.
    """
    q = _two_kinds(q_cat)
    return Bound(
        reconstruction=(q * log_likelihood(world, x)).sum(-1),
        kl=kl(q, world.prior),
        gap=np.maximum(-(q * log_posterior(world, x)).sum(-1) - entropy(q), 0.0),
    )


@dataclass(frozen=True)
class Step:
    """One step of the encoder's training: averages over the animals, in nats, and q_φ(cat|x) = σ(wᵀx + b)."""

    step: int
    elbo: float
    gap: float
    w: np.ndarray
    """Weights per cm and per kg, shape (2,)."""
    b: float


def encode(x: ArrayLike, w: np.ndarray, b: float) -> np.ndarray:
    """The amortised posterior q_φ(cat|x) = σ(wᵀx + b): x of shape (..., 2) → (...) in [0, 1]."""
    return _sigmoid(np.asarray(x) @ w + b)


def climb(world: World, x: np.ndarray, steps: int, rate: float = 0.5, sees: ArrayLike = (1, 1)) -> Iterator[Step]:
    """Train one logistic encoder for all animals by gradient ascent on the average ELBO, yielding every step from 0.

    x: shape (n, 2) in cm and kg; sees: shape (2,), 1 for a measurement the encoder is shown and 0 for one it is not.
    With a = wᵀx + b the gradient is closed: ∂ELBO/∂a = q (1 − q) (log p(x, cat)/p(x, dog) − a), zero at the true
    log-odds. Where those are not linear in x a gap remains: the amortisation gap (Cremer et al., 2018, eq. 5).
    """
    centre, scale = x.mean(0), x.std(0)
    u = (x - centre) / scale * np.asarray(sees)
    true_log_odds = log_posterior(world, x) @ np.array([1.0, -1.0])
    v, c = np.zeros(2), 0.0
    for step in range(steps + 1):
        a = u @ v + c
        q = _sigmoid(a)
        here = bound(world, x, q)
        w = v / scale * np.asarray(sees)
        yield Step(step, float(here.elbo.mean()), float(here.gap.mean()), w, float(c - w @ centre))
        slope = q * (1 - q) * (true_log_odds - a)
        v = v + rate * (slope[:, None] * u).mean(0)
        c = c + rate * slope.mean()


Z = np.linspace(-12.0, 12.0, 4801)
"""The grid on which integrals over the folded latent are sums, step 0.005."""


def fold_log_posterior(x: float, noise: float) -> tuple[np.ndarray, float]:
    """log p(z|x) on the grid Z and log p(x), for z ~ N(0, 1) and x = z² + noise · ε with ε ~ N(0, 1).

    For x well above 0 the posterior has two modes, near ±√x. Raises ValueError unless noise > 0.
    """
    if noise <= 0:
        raise ValueError(f"The noise must be positive; it is {noise:g}.")
    log_joint = _log_normal(Z, 0.0, 1.0) + _log_normal(x, Z**2, noise)
    peak = log_joint.max()
    log_p_x = float(peak + np.log(_integral(np.exp(log_joint - peak))))
    return log_joint - log_p_x, log_p_x


def reverse_kl(log_p: np.ndarray, mu: float, sigma: float) -> float:
    """KL(q‖p) in nats of q = N(mu, sigma²) from a density log_p on Z: the ELBO's own, it seeks one mode."""
    log_q = _log_normal(Z, mu, sigma)
    return float(_integral(np.exp(log_q) * (log_q - log_p)))


def forward_kl(log_p: np.ndarray, mu: float, sigma: float) -> float:
    """KL(p‖q) in nats of q = N(mu, sigma²) from a density log_p on Z: it covers all the mass (Bishop 2006, §10.1.2)."""
    return float(_integral(np.exp(log_p) * (log_p - _log_normal(Z, mu, sigma))))


@dataclass(frozen=True)
class GaussianFit:
    """The Gaussian q = N(mu, sigma²) nearest to a density, and the divergence that is left, in nats."""

    mu: float
    sigma: float
    divergence: float


def best_gaussian(
    divergence: Callable[[np.ndarray, float, float], float], log_p: np.ndarray, start: float = 0.5
) -> GaussianFit:
    """Minimise `reverse_kl` or `forward_kl` over mu and sigma, from mu = start; log_p: a density's logarithm on Z."""
    from scipy.optimize import minimize  # a second of import that only this function needs

    found = minimize(lambda at: divergence(log_p, at[0], np.exp(at[1])), x0=[start, -0.5], method="Nelder-Mead",
                     options={"xatol": 1e-6, "fatol": 1e-10})  # fmt: skip
    return GaussianFit(float(found.x[0]), float(np.exp(found.x[1])), float(found.fun))


def gaussian_density(mu: float, sigma: float) -> np.ndarray:
    """The density of N(mu, sigma²) on the grid Z."""
    return np.exp(_log_normal(Z, mu, sigma))


def _two_kinds(q_cat: ArrayLike) -> np.ndarray:
    q_cat = np.asarray(q_cat, dtype=np.float64)
    if not ((q_cat >= 0) & (q_cat <= 1)).all():
        raise ValueError("q(cat) must lie between 0 and 1.")
    return np.stack([q_cat, 1 - q_cat], axis=-1)


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(a / 2))


def _log_normal(x: ArrayLike, mean: ArrayLike, std: ArrayLike) -> np.ndarray:
    return -0.5 * ((x - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)


def _integral(values: np.ndarray) -> np.ndarray:
    return np.trapezoid(values, Z)
