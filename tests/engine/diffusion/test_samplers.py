"""Samplers against a world in which everything is known: x_0 ~ N(m, s²), so that ε_θ can be exact."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.samplers import SAMPLERS, EpsModel, ddim, ddpm, dpm_solver, invert, langevin
from engine.diffusion.schedules import COSINE, LINEAR, Schedule

MEAN, SPREAD = 0.3, 0.2
NO_LIMIT = 1e9


def exact(schedule: Schedule, mean: float = MEAN, spread: float = SPREAD) -> EpsModel:
    """E[ε|x_t] for x_0 ~ N(mean, spread²): √(1 − ᾱ) (x_t − √ᾱ mean) / (ᾱ spread² + 1 − ᾱ)."""

    def eps(x: Tensor, t: int) -> Tensor:
        alpha_bar = float(schedule.alpha_bar[t])
        return (1 - alpha_bar) ** 0.5 * (x - alpha_bar**0.5 * mean) / (alpha_bar * spread**2 + 1 - alpha_bar)

    return eps


def noise(n: int = 8_000) -> Tensor:
    return torch.randn(n, 1, 1, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def run(sampler, schedule=LINEAR, steps=200, x=None, **options) -> list:
    generator = torch.Generator().manual_seed(1)
    x = noise() if x is None else x
    model = exact(schedule)
    return list(sampler(model, x, schedule, schedule.visits(steps), generator, limit=NO_LIMIT, **options))


FAITHFUL = {
    "ddpm": (ddpm, 1000, {}),
    "ddpm-beta": (ddpm, 1000, {"variance": "beta"}),
    "ddim": (ddim, 200, {}),
    "ddim-eta": (ddim, 1000, {"eta": 1.0}),
    "dpm-solver": (dpm_solver, 100, {}),
    "langevin": (langevin, 200, {"inner": 20, "eta": 1.0}),
}


@pytest.mark.parametrize("sampler, steps, options", FAITHFUL.values(), ids=FAITHFUL)
def test_samples_have_the_mean_and_the_spread_of_the_data(sampler, steps, options):
    x0 = run(sampler, steps=steps, **options)[-1].x_t
    assert float(x0.mean()) == pytest.approx(MEAN, abs=0.01)
    assert float(x0.std()) == pytest.approx(SPREAD, rel=0.06)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_run_visits_every_time_and_ends_clean(name):
    steps = run(SAMPLERS[name], steps=7, x=noise(2))
    assert [step.t for step in steps] == COSINE.visits(7).tolist()
    assert torch.equal(steps[-1].x_t, steps[-1].x0_hat)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_same_seed_gives_the_same_pictures(name):
    first, second = (run(SAMPLERS[name], steps=5, x=noise(3))[-1].x_t for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_reader_that_stops_stops_the_work(name):
    asked = []
    model = exact(LINEAR)

    def counting(x, t):
        asked.append(t)
        return model(x, t)

    stream = SAMPLERS[name](counting, noise(2), LINEAR, LINEAR.visits(50), torch.Generator(), limit=NO_LIMIT)
    next(stream)
    stream.close()
    assert len(asked) == 1


def test_one_ancestral_step_is_the_posterior_of_bayes():
    """Between two neighbours: q(x_s|x_t, x_0) ∝ q(x_t|x_s) q(x_s|x_0), for the x̂₀ that the model states."""
    schedule, t = LINEAR, 400
    x = noise(50_000)
    first, after, *_ = ddpm(exact(schedule), x, schedule, [t, t - 1, 0], torch.Generator().manual_seed(2), limit=1e9)
    alpha, alpha_bar, before = schedule.alpha[t], schedule.alpha_bar[t], schedule.alpha_bar[t - 1]
    precision = alpha / (1 - alpha) + 1 / (1 - before)
    mean = (alpha**0.5 / (1 - alpha) * x + before**0.5 / (1 - before) * first.x0_hat) / precision
    assert float((after.x_t - mean).mean()) == pytest.approx(0, abs=2e-3)
    assert float((after.x_t - mean).var()) == pytest.approx(1 / precision, rel=0.03)
    assert alpha_bar == pytest.approx(alpha * before)


def test_ddim_with_eta_one_is_ddpm():
    """The same mean, the same variance and so, with the same random numbers, the same picture."""
    one, other = run(ddim, steps=20, eta=1.0)[-1].x_t, run(ddpm, steps=20)[-1].x_t
    torch.testing.assert_close(one, other)


def test_no_noise_is_added_at_the_last_step():
    steps = [run(ddpm, steps=10, variance=variance) for variance in ("posterior", "beta")]
    for *_, before, last in steps:
        torch.testing.assert_close(last.x_t, before.x0_hat)
    *_, before, broken = run(ddpm, steps=10, noise_at_end=True)
    assert float((broken.x_t - before.x0_hat).std()) > 0.01


def test_without_its_noise_ancestral_sampling_contracts_too_far():
    assert float(run(ddpm, noise_scale=0.0)[-1].x_t.std()) < 0.7 * SPREAD


def test_the_second_order_solver_needs_fewer_steps():
    """Both follow the same ODE to t = 100: ten steps of each against a thousand of DDIM from the same noise."""

    def at_100(sampler, steps: int) -> Tensor:
        return next(step.x_t for step in run(sampler, schedule=COSINE, steps=steps) if step.t == 100)

    truth = at_100(ddim, 1000)
    errors = [float((at_100(sampler, 10) - truth).abs().mean()) for sampler in (ddim, dpm_solver)]
    assert errors[1] < 0.5 * errors[0]


def test_inversion_finds_the_noise_again():
    x0 = MEAN + SPREAD * noise(500)
    visits = COSINE.visits(500)
    *_, found = invert(exact(COSINE), x0, COSINE, visits)
    *_, back = ddim(exact(COSINE), found.x_t, COSINE, visits, torch.Generator(), limit=NO_LIMIT)
    torch.testing.assert_close(back.x_t, x0, atol=0.02, rtol=0)
    assert float(found.x_t.std()) == pytest.approx(1, abs=0.1)


def test_clipping_keeps_the_guess_in_range():
    steps = ddim(exact(COSINE, mean=5.0), noise(10), COSINE, COSINE.visits(10), torch.Generator(), limit=1.0)
    assert max(float(step.x0_hat.abs().max()) for step in steps) <= 1
