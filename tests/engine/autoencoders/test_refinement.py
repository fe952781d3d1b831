"""Refining q(z|x) for each picture: it follows −ELBO downhill and stands still where the posterior is exact."""

import pytest
import torch
from torch.nn import functional as F

from engine.autoencoders.corruption import binarize
from engine.autoencoders.networks import VAE, Posterior
from engine.autoencoders.objectives import negative_elbo
from engine.autoencoders.refinement import energy_gradient, refine


@pytest.fixture
def model() -> VAE:
    torch.manual_seed(0)
    model = VAE(d=3, width=16, blocks=1).eval().requires_grad_(False)
    torch.nn.init.normal_(model.decoder.output.weight, std=0.5)
    return model


def energy(model: VAE, x: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
    nll = F.binary_cross_entropy_with_logits(model.logits(z), x, reduction="none").flatten(1).sum(1)
    return nll + 0.5 * z.square().sum(1)


def test_the_gradient_is_that_of_the_negative_log_joint(model):
    x, z, h = binarize(torch.rand(4, 1, 28, 28)), torch.randn(4, 3), 1e-2
    steps = h * torch.eye(3)
    with torch.no_grad():
        by_differences = [(energy(model, x, z + step) - energy(model, x, z - step)) / (2 * h) for step in steps]
        assert torch.allclose(energy_gradient(model, x, z), torch.stack(by_differences, 1), rtol=0.02, atol=0.05)


def test_a_decoder_deaf_to_its_code_leaves_the_prior_as_the_posterior(model):
    torch.nn.init.zeros_(model.decoder.output.weight)
    x, logvar = binarize(torch.rand(2, 1, 28, 28)), torch.zeros(2, 3)
    still = refine(model, x, Posterior(torch.zeros(2, 3), logvar))
    assert torch.equal(still.mu, torch.zeros(2, 3))
    mu = torch.tensor([[1.0, -2.0, 0.5]]).expand(2, 3)
    assert torch.allclose(refine(model, x, Posterior(mu, logvar), steps=1, rate=0.4).mu, 0.6 * mu)


def test_refining_lowers_the_negative_elbo_and_leaves_the_variances(model):
    x = model.decode(torch.randn(64, 3)).bernoulli()
    guess = Posterior(torch.zeros(64, 3), torch.full((64, 3), -4.0))
    better = refine(model, x, guess)

    def bound(posterior: Posterior) -> float:
        return float(sum(negative_elbo(model, x, posterior).total.mean() for _ in range(20)) / 20)

    assert bound(better) < bound(guess) - 1
    assert torch.equal(better.logvar, guess.logvar)


def test_a_picture_is_refined_the_same_alone_and_in_a_batch(model):
    x = binarize(torch.rand(5, 1, 28, 28))
    guess = Posterior(torch.randn(5, 3), torch.full((5, 3), -4.0))
    together = refine(model, x, guess).mu
    alone = refine(model, x[2:3], Posterior(guess.mu[2:3], guess.logvar[2:3])).mu
    assert torch.allclose(alone, together[2:3], atol=1e-4)
