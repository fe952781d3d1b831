"""One network output, four readings: noise ε, clean picture x₀, score ∇ log q(x_t), velocity v.

All follow from x_t = √ᾱ x₀ + √(1 − ᾱ) ε (Ho et al. 2020, equation 4). Works on tensors and on arrays, so pages use it
too; `alpha_bar` is a number, or has a shape that broadcasts against x_t.
"""

from typing import TypeVar

Array = TypeVar("Array")
"""A torch tensor or a NumPy array."""


def noised(x0: Array, eps: Array, alpha_bar: float | Array) -> Array:
    """x_t = √ᾱ x₀ + √(1 − ᾱ) ε: any step in one jump (equation 4)."""
    return alpha_bar**0.5 * x0 + (1 - alpha_bar) ** 0.5 * eps


def x0_from_eps(x_t: Array, eps: Array, alpha_bar: float | Array) -> Array:
    """x̂₀ = (x_t − √(1 − ᾱ) ε) / √ᾱ (equation 15)."""
    return (x_t - (1 - alpha_bar) ** 0.5 * eps) / alpha_bar**0.5


def eps_from_x0(x_t: Array, x0: Array, alpha_bar: float | Array) -> Array:
    """ε̂ = (x_t − √ᾱ x₀) / √(1 − ᾱ), for ᾱ < 1."""
    return (x_t - alpha_bar**0.5 * x0) / (1 - alpha_bar) ** 0.5


def score_from_eps(eps: Array, alpha_bar: float | Array) -> Array:
    """∇ log q(x_t) ≈ −ε / √(1 − ᾱ) (Song et al. 2021, *Score-based generative modeling*, section 3)."""
    return -eps / (1 - alpha_bar) ** 0.5


def eps_from_score(score: Array, alpha_bar: float | Array) -> Array:
    """ε = −√(1 − ᾱ) ∇ log q(x_t)."""
    return -((1 - alpha_bar) ** 0.5) * score


def v_from_eps(x_t: Array, eps: Array, alpha_bar: float | Array) -> Array:
    """v = √ᾱ ε − √(1 − ᾱ) x̂₀ (Salimans & Ho 2022, section 4)."""
    return alpha_bar**0.5 * eps - (1 - alpha_bar) ** 0.5 * x0_from_eps(x_t, eps, alpha_bar)


def eps_from_v(x_t: Array, v: Array, alpha_bar: float | Array) -> Array:
    """ε = √(1 − ᾱ) x_t + √ᾱ v."""
    return (1 - alpha_bar) ** 0.5 * x_t + alpha_bar**0.5 * v
