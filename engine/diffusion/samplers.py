"""From noise to a picture: samplers as free functions with one signature, each a stream of `Step`s.

`sampler(eps_model, x, schedule, visits, generator, **options)` starts at x_T = `x` (B, C, H, W) and goes through the
times `visits`, falling and ending in 0. It yields a `Step` for each time before it moves on, and a last one for the
picture itself. A reader that stops reading stops the work.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

import torch
from torch import Tensor

from engine.diffusion.conversions import eps_from_x0, x0_from_eps
from engine.diffusion.schedules import Schedule

EpsModel = Callable[[Tensor, int], Tensor]
"""(x_t (B, C, H, W), t) → ε̂ of the same shape."""


@dataclass(frozen=True)
class Step:
    """One moment on the way: x_t, and what the network makes of it. At t = 0, x_t and x0_hat are the result."""

    t: int
    x_t: Tensor
    x0_hat: Tensor
    eps_hat: Tensor


def predict(eps_model: EpsModel, x: Tensor, t: int, alpha_bar: float, limit: float) -> Step:
    """ε̂ = ε_θ(x_t, t) and the x̂₀ it implies, clipped to ±limit as Ho et al. do."""
    eps_hat = eps_model(x, t)
    return Step(t, x, x0_from_eps(x, eps_hat, alpha_bar).clamp(-limit, limit), eps_hat)


def final(x: Tensor, last: Step) -> Step:
    """The result as a step; the noise is the last one that was predicted."""
    return Step(0, x, x, last.eps_hat)


def finish(run: Iterator[Step]) -> Step:
    """The last step of a run; those before it are forgotten one by one, since all together fill gigabytes."""
    return deque(run, maxlen=1).pop()


def timed(run: Iterator[Step]) -> Iterator[tuple[Step, float]]:
    """Each step, computed without gradients, and the seconds of computing so far."""
    spent = 0.0
    while True:
        started = time.perf_counter()
        with torch.no_grad():
            step = next(run, None)
        spent += time.perf_counter() - started
        if step is None:
            return
        yield step, spent


def ddpm(
    eps_model: EpsModel, x: Tensor, schedule: Schedule, visits: Sequence[int], generator: torch.Generator,
    variance: str = "posterior", noise_scale: float = 1.0, noise_at_end: bool = False, limit: float = 1.0,
) -> Iterator[Step]:  # fmt: skip
    """Ancestral sampling, Algorithm 2 of Ho et al. 2020, through all steps or some (Nichol & Dhariwal 2021, section 4).

    `variance`: "posterior" takes σ² = β̃, "beta" takes σ² = β (section 3.2). The last two options break it on purpose:
    `noise_scale` scales z, `noise_at_end` adds noise even to the finished picture.
    """
    for t, s in pairwise(visits):
        alpha_bar, alpha_bar_s = schedule.alpha_bar[[t, s]].tolist()
        beta = 1 - alpha_bar / alpha_bar_s  # from s to t in one step
        step = predict(eps_model, x, t, alpha_bar, limit)
        yield step
        x0_weight = sqrt(alpha_bar_s) * beta / (1 - alpha_bar)
        xt_weight = sqrt(1 - beta) * (1 - alpha_bar_s) / (1 - alpha_bar)
        mean = x0_weight * step.x0_hat + xt_weight * x  # equation 7
        sigma2 = beta if variance == "beta" else beta * (1 - alpha_bar_s) / (1 - alpha_bar)
        if s == 0:  # line 3: z = 0 at the last step
            sigma2 = beta if noise_at_end else 0.0
        x = mean + noise_scale * sqrt(sigma2) * torch.randn(x.shape, generator=generator, device=x.device)
    yield final(x, step)


def ddim(
    eps_model: EpsModel, x: Tensor, schedule: Schedule, visits: Sequence[int], generator: torch.Generator,
    eta: float = 0.0, limit: float = 1.0,
) -> Iterator[Step]:  # fmt: skip
    """Song, Meng & Ermon 2021, equation 12: deterministic at eta = 0, ancestral at eta = 1."""
    for t, s in pairwise(visits):
        alpha_bar, alpha_bar_s = schedule.alpha_bar[[t, s]].tolist()
        step = predict(eps_model, x, t, alpha_bar, limit)
        yield step
        sigma = eta * sqrt((1 - alpha_bar_s) / (1 - alpha_bar) * (1 - alpha_bar / alpha_bar_s))  # equation 16
        eps = eps_from_x0(x, step.x0_hat, alpha_bar)
        x = sqrt(alpha_bar_s) * step.x0_hat + sqrt(1 - alpha_bar_s - sigma**2) * eps
        if sigma > 0:
            x = x + sigma * torch.randn(x.shape, generator=generator, device=x.device)
    yield final(x, step)


def dpm_solver(
    eps_model: EpsModel, x: Tensor, schedule: Schedule, visits: Sequence[int], generator: torch.Generator,
    limit: float = 1.0,
) -> Iterator[Step]:  # fmt: skip
    """DPM-Solver++(2M), a second-order solver of the probability flow ODE (Lu et al. 2022, Algorithm 2).

    One network call a step: the slope comes from the step before. The first step and the last are of first order.
    """
    before, h_before = None, 0.0
    for t, s in pairwise(visits):
        alpha_bar, alpha_bar_s = schedule.alpha_bar[[t, s]].tolist()
        step = predict(eps_model, x, t, alpha_bar, limit)
        yield step
        h = 0.5 * log(schedule.snr[s] / schedule.snr[t]) if s > 0 else float("inf")  # λ_s − λ_t, λ = log(√ᾱ / √(1 − ᾱ))
        D = step.x0_hat
        if before is not None and s > 0:
            D = D + (h / h_before) / 2 * (D - before)
        x = sqrt((1 - alpha_bar_s) / (1 - alpha_bar)) * x + sqrt(alpha_bar_s) * (1 - exp(-h)) * D
        before, h_before = step.x0_hat, h
    yield final(x, step)


def langevin(
    eps_model: EpsModel, x: Tensor, schedule: Schedule, visits: Sequence[int], generator: torch.Generator,
    inner: int = 4, eta: float = 0.7, limit: float = 1.0,
) -> Iterator[Step]:  # fmt: skip
    """Annealed Langevin dynamics (Song & Ermon 2019, Algorithm 1) in x̃ = x_t / √ᾱ, whose noise is σ = √((1 − ᾱ)/ᾱ).

    At each noise level `inner` moves x̃ ← x̃ + η/2 σ² ∇ log q(x̃) + √η σ z; at the end the noise that is left is taken
    away (Jolicoeur-Martineau et al. 2021).
    """
    x = x / sqrt(schedule.alpha_bar[visits[0]])
    for t in visits[:-1]:
        alpha_bar = float(schedule.alpha_bar[t])
        sigma = sqrt((1 - alpha_bar) / alpha_bar)
        for i in range(inner):
            step = predict(eps_model, sqrt(alpha_bar) * x, t, alpha_bar, limit)
            if i == 0:
                yield step
            z = torch.randn(x.shape, generator=generator, device=x.device)
            x = x + eta / 2 * (step.x0_hat - x) + sqrt(eta) * sigma * z  # σ² ∇ log q(x̃) = x̂₀ − x̃
    step = predict(eps_model, sqrt(alpha_bar) * x, t, alpha_bar, limit)
    yield final(step.x0_hat, step)


def invert(
    eps_model: EpsModel, x0: Tensor, schedule: Schedule, visits: Sequence[int], rounds: int = 0
) -> Iterator[Step]:
    """DDIM run backwards: the noise from which `ddim` would paint x0 (Dhariwal & Nichol 2021, appendix F).

    `visits` as for the samplers; the stream begins at t = 0 and the x_t of its last step is the noise. The network is
    asked at the time that lies ahead, since at t = 0 it was never trained; first about x_s itself, then `rounds` times
    about the x_t that came of it, whose fixed point is exactly where `ddim` comes from (AIDI, Pan et al. 2023).
    """
    x = x0
    for s, t in pairwise(reversed(visits)):
        alpha_bar_s, alpha_bar = schedule.alpha_bar[[s, t]].tolist()
        ahead = x
        for _ in range(rounds + 1):
            eps_hat = eps_model(ahead, t)
            x0_hat = x0_from_eps(x, eps_hat, alpha_bar_s)
            ahead = sqrt(alpha_bar) * x0_hat + sqrt(1 - alpha_bar) * eps_hat
        yield Step(s, x, x0_hat, eps_hat)
        x = ahead
    yield Step(t, x, x0_hat, eps_hat)


SAMPLERS = {"ddpm": ddpm, "ddim": ddim, "dpm_solver": dpm_solver, "langevin": langevin}
