"""What the cards of diffusion models say, on a small untrained model and scikit-learn's digits."""

import pytest
import torch

from engine import checkpoints, datasets
from engine.diffusion.evaluation import DiffusionEvaluation, Samples, draw
from engine.diffusion.networks import UNet
from engine.judges.networks import LeNet

CPU = torch.device("cpu")
FEW = Samples(frechet=20, compared=10, guided=10)


@pytest.fixture
def model() -> UNet:
    torch.manual_seed(0)
    unet = UNet(channels=1, side=32, classes=10, width=8, multipliers=[1], blocks=1, patch=4)
    return unet.eval().requires_grad_(False)


def test_samples_are_drawn_of_all_classes_alike(model):
    pictures, classes = draw(model, 20, 28, CPU, steps=2)
    assert pictures.shape == (20, 1, 28, 28)
    assert torch.bincount(classes).tolist() == [2] * 10
    again, _ = draw(model, 20, 28, CPU, steps=2)
    torch.testing.assert_close(pictures, again)


def test_every_figure_says_on_how_many_samples_it_rests(model, monkeypatch):
    judge = LeNet(10).eval()
    monkeypatch.setattr(checkpoints, "companion", lambda name, device: judge)
    monkeypatch.setattr(Samples, "affordable", classmethod(lambda cls, device, dataset: FEW))
    metrics = DiffusionEvaluation("digits")(model, CPU)
    assert metrics["frechet_lenet"].samples == 20
    compared = [name for name in metrics if name.startswith("frechet_lenet_")]
    assert {metrics[name].samples for name in compared} == {10}
    assert metrics["frechet_lenet_of_train"].value < metrics["frechet_lenet_ddim_50"].value
    assert 0 < metrics["nearest_train_rmse_of_test"].value < metrics["nearest_train_rmse"].value
    assert {f"accuracy_w{w}" for w in range(5)} <= set(metrics)


def test_a_copy_of_the_training_set_has_no_distance_to_it(model):
    copied = torch.from_numpy(datasets.load("digits").train.images[:5]).float() / 255
    assert DiffusionEvaluation("digits")._nearest(copied, CPU).value == pytest.approx(0, abs=1e-3)


def test_an_untrained_network_loses_the_whole_variance_at_every_time(model):
    derived = DiffusionEvaluation("digits").derive(model, CPU)
    torch.testing.assert_close(derived["loss"], torch.ones(40), atol=0.02, rtol=0)
    assert derived["loss_t"][[0, -1]].tolist() == [1, 1000]
