"""The two-player run: each player moves alone, resuming equals training straight through, snapshots can be asked."""

import math
from dataclasses import replace

import pytest
import torch
from torch.nn.utils import parameters_to_vector

from engine.gans.adversarial import AdversarialRun
from engine.gans.networks import GAN, build
from engine.gans.objectives import Adversarial
from engine.training import Budget

DEVICE = torch.device("cpu")
BUDGET = Budget(steps=6, batch=4, lr=1e-3, weight_decay=0.0, warmup=2, ema=0.5)
OBJECTIVE = Adversarial("relativistic", r1=0.1, r2=0.1)
SIZE = {"latent": 3, "channels": 1, "width": 4}


def batches():
    while True:
        yield torch.rand(4, 1, 28, 28), torch.randint(2, (4,))


def new_run(**config) -> AdversarialRun:
    torch.manual_seed(5)
    return AdversarialRun(build("dcgan", **SIZE | config), OBJECTIVE, BUDGET, DEVICE)


def weights(module: torch.nn.Module) -> torch.Tensor:
    return parameters_to_vector(module.parameters()).detach().clone()


def test_resumed_training_equals_training_straight_through(tmp_path):
    straight = new_run(snapshots=3)
    list(straight.stream(batches()))

    first = new_run(snapshots=3)
    list(first.stream(batches(), until=4))
    first.save(tmp_path / "state.safetensors")
    second = new_run(snapshots=3)
    torch.manual_seed(99)
    second.resume(tmp_path / "state.safetensors")
    list(second.stream(batches()))

    assert second.step == straight.step == BUDGET.steps
    for mine, theirs in zip(second.ema.state_dict().values(), straight.ema.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


def test_each_half_step_moves_one_player():
    run, (x, y) = new_run(), next(batches())
    before = weights(run.model.generator), weights(run.model.discriminator)
    run._descend(run.model.discriminator, run.objective.discriminator(run.model, x, y)["loss"], 1.0)
    assert torch.equal(weights(run.model.generator), before[0])
    between = weights(run.model.discriminator)
    assert not torch.equal(between, before[1])
    run._descend(run.model.generator, run.objective.generator(run.model, x, y), 1.0)
    assert torch.equal(weights(run.model.discriminator), between)
    assert not torch.equal(weights(run.model.generator), before[0])


@pytest.mark.parametrize("haste", [1.0, 3.0])
def test_the_first_step_goes_down_every_slope_by_the_learning_rate(haste):
    """Adam's first step is −lr · sign(gradient), penalties included."""
    run, (x, y) = new_run(), next(batches())
    judge = run.model.discriminator
    before = weights(judge)
    loss = run.objective.discriminator(run.model, x, y)["loss"]
    slope = torch.cat([g.flatten() for g in torch.autograd.grad(loss, judge.parameters(), retain_graph=True)])
    run._descend(judge, loss, haste)
    steep = slope.abs() > 1e-5
    expected = -haste * run.learning_rate() * slope.sign()
    torch.testing.assert_close((weights(judge) - before)[steep], expected[steep], rtol=0.01, atol=0)
    assert steep.sum() > 100


@pytest.mark.parametrize("strides", [1, 4])
def test_the_generator_may_take_several_steps_for_one(strides):
    run = new_run()
    run.objective = replace(OBJECTIVE, strides=strides)
    run.advance(next(batches()))
    taken = {
        player: {int(run.optimizer.state[p]["step"]) for p in getattr(run.model, player).parameters()}
        for player in ("discriminator", "generator")
    }
    assert taken == {"discriminator": {1}, "generator": {strides}}


def test_the_generator_is_averaged_and_the_discriminator_is_not():
    run = new_run()
    list(run.stream(batches(), until=3))
    assert torch.equal(weights(run.ema.discriminator), weights(run.model.discriminator))
    assert not torch.equal(weights(run.ema.generator), weights(run.model.generator))


def test_snapshots_are_the_generators_of_their_steps():
    z, kept = torch.randn(2, 3), 4
    run = new_run(snapshots=kept)
    seen = {0: run.ema.generator(z)}
    for progress in run.stream(batches(), every=1):
        seen[progress.step] = run.ema.generator(z)
    steps = run.ema.snapshot_steps.tolist()
    assert steps == [0, 1, 3, 6]
    for i, step in enumerate(steps):
        torch.testing.assert_close(run.ema.generate_at(i, z), seen[step])
    assert not torch.allclose(seen[0], seen[6])


@pytest.mark.parametrize("loss", ["minimax", "non_saturating", "relativistic"])
def test_equal_verdicts_cost_log_two(loss):
    """With D(x) = ½ everywhere the discriminator pays log 2 for each verdict, whatever the generator paints."""
    model: GAN = build("dcgan", **SIZE)
    torch.nn.init.zeros_(model.discriminator.output.weight)
    torch.nn.init.zeros_(model.discriminator.output.bias)
    found = Adversarial(loss, r1=1.0, r2=1.0).discriminator(model, *next(batches()))
    verdicts = 1 if loss == "relativistic" else 2
    assert found["loss"].item() == pytest.approx(verdicts * math.log(2), abs=1e-6)
    assert found["real"].item() == found["fake"].item() == 0.5


def test_penalties_add_up():
    torch.manual_seed(0)
    model, (x, y) = build("dcgan", **SIZE), next(batches())
    plain = Adversarial("wasserstein")

    def loss(objective: Adversarial) -> float:
        torch.manual_seed(1)
        return objective.discriminator(model, x, y)["loss"].item()

    for penalty in ("gp", "r1", "r2"):
        one, two = (loss(replace(plain, **{penalty: weight})) - loss(plain) for weight in (10.0, 20.0))
        assert one > 0
        assert two == pytest.approx(2 * one, rel=1e-2)
