"""Stacked MNIST: what a mode is, and that counts and divergence say what a generator leaves out."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine import datasets
from engine.gans import evaluation, stacked
from engine.gans.stacked import MODES, StackedEvaluation, data_shares, mode_of, stacked_batches

DEVICE = torch.device("cpu")


@pytest.fixture
def digits(monkeypatch):
    """A set of ten flat pictures whose brightness is their class, and a judge that reads brightness."""
    labels = np.arange(10)
    images = np.broadcast_to((labels * 20).astype(np.uint8)[:, None, None, None], (10, 1, 28, 28)).copy()
    held = SimpleNamespace(train=datasets.Split(images, labels), test=datasets.Split(images, labels))
    monkeypatch.setattr(datasets, "load", lambda name: held)

    def read(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.one_hot((x.mean((1, 2, 3)) * 255 / 20).round().long(), 10).float()

    monkeypatch.setattr(evaluation, "judge", lambda dataset, device: read)
    return held


class Painter:
    """A generator of only the digits in `held`, each channel by its own coordinate of z."""

    latent, classes = 3, 0

    def __init__(self, held: list[int]):
        self.held = torch.tensor(held)

    def __call__(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        uniform = torch.distributions.Normal(0.0, 1.0).cdf(z)  # (B, 3)
        digits = self.held[(uniform * len(self.held)).long()]
        return (digits * 20 / 255)[:, :, None, None].expand(-1, -1, 28, 28)


def painter(*held: int) -> SimpleNamespace:
    """Stands in for a GAN."""
    return SimpleNamespace(generator=Painter(list(held)))


def test_a_mode_is_the_number_that_three_digits_spell():
    assert mode_of(torch.tensor([[0, 4, 2], [9, 9, 9], [1, 0, 0]])).tolist() == [42, 999, 100]


def test_batches_spell_their_modes(digits):
    recipe = SimpleNamespace(dataset="mnist", budget=SimpleNamespace(batch=50))
    x, modes = next(stacked_batches(recipe, DEVICE))
    assert x.shape == (50, 3, 28, 28)
    torch.testing.assert_close(mode_of((x.mean((2, 3)) * 255 / 20).round().long()), modes)
    assert len(set(modes.tolist())) > 25


def test_the_data_hold_every_mode_by_the_product_of_its_digits(digits):
    assert data_shares() == pytest.approx(np.full(MODES, 1 / MODES))


def test_a_perfect_generator_covers_all_modes_at_the_bias_of_the_estimate(digits):
    figures = StackedEvaluation()(painter(*range(10)), DEVICE)
    assert figures["modes"].value == MODES
    assert figures["reverse_kl"].value == pytest.approx((MODES - 1) / (2 * stacked.SAMPLES), rel=0.2)


@pytest.mark.parametrize("held", [[3], [1, 7], [0, 2, 4, 6, 8]])
def test_k_digits_make_k_cubed_modes(digits, held):
    figures = StackedEvaluation(10_000)(painter(*held), DEVICE)
    modes = len(held) ** 3
    assert figures["modes"].value == modes
    assert figures["reverse_kl"].value == pytest.approx(math.log(MODES / modes), abs=0.01)


def test_derived_shares_add_up(digits):
    found = StackedEvaluation(1000).derive(painter(1, 7), DEVICE)["mode_shares"]
    assert found.shape == (MODES,)
    assert found.sum().item() == pytest.approx(1)
    assert found[711] > 0
    assert found[712] == 0
