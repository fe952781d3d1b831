"""Entropy and divergences of discrete distributions, in nats (Cover & Thomas, Elements of Information Theory)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

SUM_TOLERANCE = 1e-6


def entropy(p: ArrayLike) -> np.ndarray:
    """H(p) = −Σ p log p, between 0 and log K.

    p: probabilities, shape (..., K), each row adding up to 1. Returns shape (...).
    Raises ValueError when p is not a distribution. Source: Cover & Thomas eq. 2.1.
    """
    p = _distribution(p, "p")
    return -_times_log(p, p).sum(-1) + 0.0


def cross_entropy(p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """H(p, q) = −Σ p log q = H(p) + KL(p‖q); infinite where q forbids what p allows.

    p, q: probabilities, shapes (..., K) that broadcast. Returns shape (...).
    Raises ValueError when either is not a distribution or they differ in K.
    """
    p, q = _pair(p, q)
    return -_times_log(p, q).sum(-1) + 0.0


def kl(p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """KL(p‖q) = Σ p log(p/q) ≥ 0, zero only for p = q, not symmetric; infinite where q = 0 < p.

    p, q: probabilities, shapes (..., K) that broadcast. Returns shape (...).
    Raises ValueError when either is not a distribution or they differ in K. Source: Cover & Thomas eq. 2.26.
    """
    p, q = _pair(p, q)
    return np.maximum((_times_log(p, p) - _times_log(p, q)).sum(-1), 0.0)


def js(p: ArrayLike, q: ArrayLike) -> np.ndarray:
    """JS(p, q) = ½ KL(p‖m) + ½ KL(q‖m) with m = (p + q)/2: symmetric, between 0 and log 2.

    p, q: probabilities, shapes (..., K) that broadcast. Returns shape (...).
    Raises ValueError when either is not a distribution or they differ in K.
    Source: Lin (1991), eq. 3.1, in its entropy form H(m) − ½ H(p) − ½ H(q).
    """
    p, q = _pair(p, q)
    return np.maximum(entropy((p + q) / 2) - entropy(p) / 2 - entropy(q) / 2, 0.0)


def _times_log(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """p log q, with 0 · log 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(q), 0.0)


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    p, q = _distribution(p, "p"), _distribution(q, "q")
    if p.shape[-1] != q.shape[-1]:
        raise ValueError(f"p has {p.shape[-1]} outcomes and q has {q.shape[-1]}; they must speak of the same outcomes.")
    return p, q


def _distribution(values: ArrayLike, name: str) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ValueError(f"{name} must list at least one probability.")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must hold finite numbers.")
    if (values < 0).any():
        raise ValueError(f"{name} must not hold negative probabilities; its smallest is {values.min():.4g}.")
    totals = values.sum(-1)
    if (np.abs(totals - 1) > SUM_TOLERANCE).any():
        worst = totals.flat[np.abs(totals - 1).argmax()]
        raise ValueError(f"{name} must add up to 1; it adds up to {worst:.6g}.")
    return values
