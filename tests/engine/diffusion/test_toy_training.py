"""The toy network: what is built into it, and that training brings it to the score that is known."""

import re

import numpy as np
import pytest
import torch
from safetensors.torch import load

from engine.diffusion.schedules import COSINE
from engine.diffusion.toy_model import ToyModel, ToyScores
from engine.diffusion.toy_recipes import TOYS, evaluate, toy_batches
from engine.diffusion.toy_training import Examination, batches, spread_levels
from engine.diffusion.toy_walks import plan, walk
from engine.errors import BadRequest
from engine.host import Host
from engine.toys import SOURCES

MOONS = SOURCES["moons"]()
SETTINGS = {"centres": MOONS.centres, "spread": MOONS.spread, "steps": 1000, "seed": 0, "lr": 1e-2, "width": 32}


@pytest.fixture(scope="module")
def host() -> Host:
    return Host(torch.device("cpu"))


@pytest.fixture(scope="module")
def records(host) -> list:
    return list(host.stream("diffusion", "train_toy", SETTINGS))


@pytest.fixture(scope="module")
def trained(records) -> ToyModel:
    model = ToyModel(width=32).eval()
    model.load_state_dict({name: tensor.float() for name, tensor in load(records[-1].weights).items()})
    return model


def test_where_all_is_noise_the_answer_is_the_point_itself():
    x = torch.randn(20, 2)
    assert torch.allclose(ToyModel()(x, torch.full((20,), 1e-10)), x, atol=1e-4)


def test_levels_are_spread_evenly_over_time():
    torch.manual_seed(0)
    alpha_bar = spread_levels(COSINE, 1000, torch.device("cpu")).numpy()
    times = np.interp(-alpha_bar, -COSINE.alpha_bar, np.arange(COSINE.steps + 1)).round()
    assert np.array_equal(np.sort(times), np.arange(1, COSINE.steps + 1))


def test_the_floor_is_the_loss_of_the_exact_answer():
    """Measured again with other points, other noise and random times."""
    examination, rng = Examination.of(MOONS, COSINE, n=1000), np.random.default_rng(5)
    losses = []
    for t in rng.integers(1, COSINE.steps + 1, 400):
        alpha_bar = float(COSINE.alpha_bar[t])
        eps = rng.standard_normal((100, 2))
        x_t = alpha_bar**0.5 * MOONS.sample(100, int(t)) + (1 - alpha_bar) ** 0.5 * eps
        losses.append(((MOONS.eps(x_t, alpha_bar) - eps) ** 2).mean())
    assert examination.floor == pytest.approx(np.mean(losses), rel=0.08)


def test_the_loss_falls_towards_the_floor_and_not_below(records):
    losses = [entry["loss"] for record in records for entry in record.history]
    floor = records[0].floor
    assert np.mean(losses[-20:]) < losses[0]
    assert 0.9 * floor < np.mean(losses[-20:]) < 1.2 * floor


def test_the_error_shrinks_to_a_fraction(records):
    assert records[0].step == 0
    assert records[-1].step == records[-1].steps == 1000
    assert records[-1].errors.mean() < 0.2 * records[0].errors.mean()


def test_every_step_is_reported_once(records):
    assert [entry["step"] for record in records for entry in record.history] == list(range(10, 1001, 10))


def test_particles_that_follow_the_learned_score_reach_the_data(trained):
    @torch.no_grad()
    def x0_hat(x: np.ndarray, alpha_bar: float) -> np.ndarray:
        x_t = torch.from_numpy(x.astype(np.float32))
        eps = trained(x_t, torch.full((len(x),), alpha_bar)).double().numpy()
        return (x - (1 - alpha_bar) ** 0.5 * eps) / alpha_bar**0.5

    start = np.random.default_rng(0).standard_normal((500, 2))

    def near(x: np.ndarray) -> float:
        return (np.hypot(*(x[:, None] - MOONS.centres).transpose(2, 0, 1)).min(1) < 4 * MOONS.spread).mean()

    assert near(start) < 0.5
    assert near(walk(x0_hat, start, plan("ode", COSINE, 50), 0)) > 0.85


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"steps": 0}, "The steps must lie in 1…20,000"),
        ({"lr": float("nan")}, "the learning rate in 0.00001…0.1"),
        ({"width": 10_000}, "the width in 8…256"),
        ({"centres": np.zeros((3, 3))}, "1 to 2,000 points in the plane"),
        ({"centres": np.zeros((2001, 2))}, "1 to 2,000 points in the plane"),
        ({"centres": np.full((3, 2), np.nan)}, "within −4…4"),
        ({"spread": -0.1}, "the spread in 0…1"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_bad_settings_are_told_in_a_sentence(host, setting, sentence):
    with pytest.raises(BadRequest, match=re.escape(sentence)):
        next(host.stream("diffusion", "train_toy", SETTINGS | setting))


def test_the_recipe_trains_every_toy_at_once():
    torch.manual_seed(0)
    model, device = ToyScores(**TOYS.config), torch.device("cpu")
    batch = next(toy_batches(TOYS, device))
    losses = TOYS.objective(model, batch, 0.0)
    assert set(losses) == {"loss", *SOURCES}
    assert losses["loss"].item() == pytest.approx(sum(losses[name].item() for name in SOURCES), rel=1e-5)
    losses["loss"].backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
    assert evaluate(model, device)["mse"].value > 0.05


def test_batches_have_the_moments_of_their_mixture():
    torch.manual_seed(0)
    x = next(batches(MOONS, 20_000, torch.device("cpu"))).numpy()
    assert x.mean(0) == pytest.approx(MOONS.centres.mean(0), abs=0.03)
    assert x.var(0) == pytest.approx(MOONS.centres.var(0) + MOONS.spread**2, rel=0.03)
