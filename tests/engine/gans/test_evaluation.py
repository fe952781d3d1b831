"""The figures on a picture GAN's card: even classes, a lone class, told classes, and verdicts."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine import datasets
from engine.gans import evaluation
from engine.gans.evaluation import PictureEvaluation, draw, shares
from engine.gans.networks import build

DEVICE = torch.device("cpu")
SIZE = {"latent": 3, "channels": 1, "width": 4}


@pytest.fixture
def measured(monkeypatch):
    """Ten flat test pictures, a judge that reads brightness, and no Fréchet distance."""
    labels = np.arange(10)
    images = np.broadcast_to((labels * 20).astype(np.uint8)[:, None, None, None], (10, 1, 28, 28)).copy()
    held = SimpleNamespace(test=datasets.Split(images, labels))
    monkeypatch.setattr(datasets, "load", lambda name: held)
    monkeypatch.setattr(evaluation, "judge", lambda dataset, device: brightness)
    monkeypatch.setattr(evaluation, "frechet_to_test", lambda x, dataset, device: 0.0)
    monkeypatch.setattr(
        evaluation, "accuracy", lambda x, y, dataset, device: float((brightness(x).argmax(1) == y).float().mean())
    )


def brightness(x: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.one_hot((x.mean((1, 2, 3)) * 255 / 20).round().long(), 10).float()


def gan_of(paint, classes: int = 0) -> SimpleNamespace:
    """Stands in for a GAN: `paint(z, y)` gives digits (B,), and every verdict is 0."""

    def generator(z, y):
        return (paint(z, y) * 20 / 255)[:, None, None, None].expand(-1, 1, 28, 28)

    generator.latent, generator.classes = 2, classes
    return SimpleNamespace(generator=generator, discriminator=lambda x, y: torch.zeros(len(x)), snapshot_steps=[])


def by_first_coordinate(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (torch.distributions.Normal(0.0, 1.0).cdf(z[:, 0]) * 10).long()


def test_even_classes_have_all_the_entropy_there_is(measured):
    figures = PictureEvaluation("mnist")(gan_of(by_first_coordinate), DEVICE)
    assert figures["classes_covered"].value == 10
    assert figures["class_entropy"].value == pytest.approx(math.log(10), abs=2e-3)
    assert figures["reverse_kl"].value == pytest.approx(0, abs=2e-3)


def test_a_lone_class_has_none_and_is_log_ten_away(measured):
    figures = PictureEvaluation("mnist", samples=100)(gan_of(lambda z, y: torch.full((len(z),), 7)), DEVICE)
    assert figures["classes_covered"].value == 1
    assert figures["class_entropy"].value == 0
    assert figures["reverse_kl"].value == pytest.approx(math.log(10), rel=1e-3)


def test_a_rare_class_is_not_covered(measured):
    def paint(z, y):
        return (torch.arange(len(z)) == 0).long()

    assert PictureEvaluation("mnist", samples=500)(gan_of(paint), DEVICE)["classes_covered"].value == 1


def test_a_conditional_generator_is_read_as_told(measured):
    figures = PictureEvaluation("mnist", samples=200)(gan_of(lambda z, y: y, classes=10), DEVICE)
    assert figures["accuracy"].value == 1
    wrong = PictureEvaluation("mnist", samples=200)(gan_of(lambda z, y: (y + (y < 5)) % 10, classes=10), DEVICE)
    assert wrong["accuracy"].value == 0.5
    assert "accuracy" not in PictureEvaluation("mnist", samples=200)(gan_of(by_first_coordinate), DEVICE)


def test_a_discriminator_that_cannot_tell_says_one_half(measured):
    figures = PictureEvaluation("mnist", samples=20)(gan_of(by_first_coordinate), DEVICE)
    assert figures["d_real"].value == figures["d_fake"].value == 0.5


def test_shares_of_samples_and_snapshots(measured):
    torch.manual_seed(0)
    model = build("dcgan", **SIZE, snapshots=3).eval()
    torch.nn.init.constant_(model.generator.paint.weight, 0.0)
    torch.nn.init.constant_(model.generator.paint.bias, math.log(0.25 / 0.75))  # ¼ of white: brightness 64, class 3
    model.keep(1, model.generator, 10)
    torch.nn.init.constant_(model.generator.paint.bias, -20.0)
    model.keep(2, model.generator, 20)
    found = PictureEvaluation("mnist", samples=30, compared=20).derive(model, DEVICE)
    assert found["snapshot_steps"].tolist() == [0, 10, 20]
    assert found["snapshot_class_shares"].argmax(1).tolist()[1:] == [3, 0]
    assert found["class_shares"][0] == 1
    torch.testing.assert_close(found["snapshot_class_shares"].sum(1), torch.ones(3, dtype=torch.float64))


def test_pictures_are_the_same_for_a_seed_whatever_the_batches(monkeypatch):
    torch.manual_seed(0)
    model = build("dcgan", **SIZE, classes=3).eval()
    x, y = draw(model, 7, DEVICE, seed=4)
    assert y.tolist() == [0, 1, 2, 0, 1, 2, 0]
    monkeypatch.setattr(evaluation, "BATCH", 2)
    torch.testing.assert_close(draw(model, 7, DEVICE, seed=4)[0], x)
    assert not torch.allclose(draw(model, 7, DEVICE, seed=5)[0], x)


def test_shares_count():
    assert shares(torch.tensor([0, 2, 2, 2]), 4).tolist() == [0.25, 0, 0.75, 0]
