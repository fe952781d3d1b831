"""Guidance: what w and a classifier do to the predicted noise."""

import pytest
import torch

from engine.diffusion.guidance import classifier_free, classifier_guided, log_likelihood_gradient, translated
from engine.diffusion.networks import NoisyClassifier, UNet
from engine.diffusion.schedules import COSINE, LINEAR

SIZES = {"channels": 1, "side": 16, "classes": 3, "width": 8, "multipliers": [1, 2], "blocks": 1}


@pytest.fixture(scope="module")
def model() -> UNet:
    """A small U-Net whose last layers are not zero, as they are before training."""
    torch.manual_seed(0)
    unet = UNet(**SIZES).eval().requires_grad_(False)
    for parameter in unet.parameters():
        parameter.add_(0.05 * torch.randn_like(parameter))
    return unet


X, Y = torch.randn(3, 1, 16, 16), torch.tensor([0, 1, 2])
T = torch.full((3,), 400.0)


def test_w_of_one_is_the_conditional_model_and_of_zero_the_unconditional(model):
    torch.testing.assert_close(classifier_free(model, Y, 1.0)(X, 400), model(X, T, Y))
    torch.testing.assert_close(classifier_free(model, Y, 0.0)(X, 400), model(X, T))
    torch.testing.assert_close(classifier_free(model)(X, 400), model(X, T))


def test_w_draws_a_line_through_both_predictions(model):
    one, none = model(X, T, Y), model(X, T)
    torch.testing.assert_close(classifier_free(model, Y, 3.0)(X, 400), none + 3 * (one - none), atol=1e-5, rtol=1e-4)


def test_each_picture_may_have_its_own_w(model):
    w = torch.tensor([0.0, 1.0, 4.0])
    together = classifier_free(model, Y, w)(X, 400)
    for i in range(3):
        alone = classifier_free(model, Y[i : i + 1], float(w[i]))(X[i : i + 1], 400)
        torch.testing.assert_close(together[i : i + 1], alone, atol=1e-5, rtol=1e-4)


def test_the_classes_are_told_apart(model):
    assert not torch.allclose(model(X, T, Y), model(X, T, Y.flip(0)))


def test_the_classifiers_gradient_is_the_slope_of_its_log_likelihood():
    torch.manual_seed(0)
    classifier = NoisyClassifier(1, 3, 8).eval()
    x = torch.randn(1, 1, 32, 32)
    direction = torch.randn_like(x)
    gradient = log_likelihood_gradient(classifier, x, 300, Y[1:2])

    def log_p(at: torch.Tensor) -> float:
        return float(classifier(at, torch.full((1,), 300.0)).double().log_softmax(1)[0, 1])

    h = 1e-2
    slope = (log_p(x + h * direction) - log_p(x - h * direction)) / (2 * h)
    assert float((gradient * direction).sum()) == pytest.approx(slope, rel=0.05, abs=1e-4)


def test_a_classifier_of_no_strength_changes_nothing(model):
    classifier = NoisyClassifier(1, 3, 8).eval()
    guided = classifier_guided(model, classifier, Y, 0.0, COSINE)(X.repeat(1, 1, 2, 2)[..., :16, :16], 400)
    torch.testing.assert_close(guided, model(X, T))


def test_a_network_is_asked_at_the_time_of_equal_noise():
    asked = []
    translated(lambda x, t: asked.append(t), trained=COSINE, used=LINEAR)(X, 300)
    assert COSINE.time_of(LINEAR.alpha_bar[300]) == pytest.approx(asked[0])
    same = translated(print, trained=COSINE, used=COSINE)
    assert same is print
