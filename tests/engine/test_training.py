"""The loop: resuming equals training straight through, a consumer that stops reading stops the work."""

from itertools import islice

import pytest
import torch
from torch import nn

from engine.training import Budget, Run

DEVICE = torch.device("cpu")
BUDGET = Budget(steps=12, batch=8, lr=1e-2, warmup=3)


def fit_line(model, batch, progress):
    x, y = batch
    return {"loss": (model(x).float() - y).square().mean()}


def batches():
    while True:
        x = torch.randn(8, 3)
        yield x, x.sum(1, keepdim=True)


def new_run(objective=fit_line) -> Run:
    torch.manual_seed(5)
    return Run(nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.3), nn.Linear(4, 1)), objective, BUDGET, DEVICE)


def test_resumed_training_equals_training_straight_through(tmp_path):
    straight = new_run()
    list(straight.stream(batches()))

    first = new_run()
    list(first.stream(batches(), until=5))
    first.save(tmp_path / "state.safetensors")
    torch.manual_seed(99)
    second = Run(nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.3), nn.Linear(4, 1)), fit_line, BUDGET, DEVICE)
    second.resume(tmp_path / "state.safetensors")
    list(second.stream(batches()))

    assert second.step == straight.step == BUDGET.steps
    for mine, theirs in zip(second.ema.parameters(), straight.ema.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_a_reader_that_stops_stops_the_work():
    run = new_run()
    records = list(islice(run.stream(batches(), every=2), 2))
    assert [record.step for record in records] == [2, 4]
    assert run.step == 4


def test_learning_rate_warms_up_and_falls_to_zero():
    run = new_run()
    rates = []
    for run.step in range(BUDGET.steps + 1):
        rates.append(run.learning_rate())
    assert rates[0] == pytest.approx(BUDGET.lr / 3, rel=1e-6)
    assert max(rates) < BUDGET.lr
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_ema_is_an_average_of_the_weights_seen():
    run = new_run()
    seen = [run.model[0].weight.detach().clone()]
    for _ in run.stream(batches(), every=1):
        seen.append(run.model[0].weight.detach().clone())
    average, low, high = run.ema[0].weight, torch.stack(seen).amin(0), torch.stack(seen).amax(0)
    assert ((average >= low - 1e-6) & (average <= high + 1e-6)).all()
    assert not torch.equal(average, run.model[0].weight)


def test_a_loss_that_is_not_finite_says_so():
    run = new_run(lambda model, batch, progress: {"loss": model(batch[0]).sum() * float("nan")})
    with pytest.raises(FloatingPointError, match="learning rate"):
        list(run.stream(batches(), every=1))
