"""The prior over codes: causal, conditional, and able to learn what it is shown."""

import pytest
import torch

from engine.autoencoders.objectives import NextCode
from engine.autoencoders.prior import CodePrior
from engine.training import Budget, Run


def small() -> CodePrior:
    torch.manual_seed(0)
    return CodePrior(codes=8, classes=2, width=16, layers=2, heads=2)


def test_no_code_sees_a_later_one():
    prior, indices, classes = small(), torch.randint(8, (1, 48)), torch.tensor([1])
    changed = indices.clone()
    changed[0, 20:] = (changed[0, 20:] + 1) % 8
    before, after = prior(indices, classes), prior(changed, classes)
    assert torch.allclose(before[:, :21], after[:, :21], atol=1e-5)
    assert not torch.allclose(before[:, 21:], after[:, 21:], atol=1e-3)


def test_the_class_matters_and_seeds_repeat():
    prior = small()
    same = [prior.sample(torch.tensor([0, 1]), generator=torch.Generator().manual_seed(4)) for _ in range(2)]
    assert torch.equal(*same)
    assert same[0].shape == (2, 7, 7)
    start = torch.empty(1, 0, dtype=torch.long)
    assert not torch.allclose(prior(start, torch.tensor([0])), prior(start, torch.tensor([1])))


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_kept_keys_and_values_draw_what_the_whole_sequence_would(temperature):
    prior, classes, indices = small(), torch.tensor([0, 1, 0]), torch.empty(3, 0, dtype=torch.long)
    generator = torch.Generator().manual_seed(2)
    for _ in range(prior.length):
        odds = (prior(indices, classes)[:, -1] / temperature).softmax(-1)
        indices = torch.cat([indices, torch.multinomial(odds, 1, generator=generator)], 1)
    written = prior.sample(classes, temperature, torch.Generator().manual_seed(2))
    assert torch.equal(written.flatten(1), indices)
    assert len(written.unique()) > 2


def test_it_learns_one_sequence_a_class():
    sequences = torch.randint(8, (2, 49), generator=torch.Generator().manual_seed(1))
    classes = torch.tensor([0, 1]).repeat(8)

    def batches():
        while True:
            yield sequences[classes], classes

    run = Run(small(), NextCode(), Budget(steps=250, lr=1e-2, ema=0.9, warmup=20), torch.device("cpu"))
    list(run.stream(batches()))
    written = run.ema.sample(torch.tensor([0, 1]), temperature=0.1, generator=torch.Generator().manual_seed(0))
    assert (written.flatten(1) == sequences).float().mean() > 0.95
