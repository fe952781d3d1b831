"""The variational bound, its terms, and the other objectives."""

import math

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from engine.autoencoders.corruption import add_noise, binarize, patch_mask, warp
from engine.autoencoders.networks import VAE, Posterior, convolutional, linear
from engine.autoencoders.objectives import NegativeElbo, Sparse, Unmask, kl_to_prior, negative_elbo


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_closed_form_kl_equals_torch_and_monte_carlo():
    posterior = Posterior(torch.tensor([[0.7, -1.2, 0.0]]), torch.tensor([[-1.0, 0.5, 0.0]]))
    q = Normal(posterior.mu, (0.5 * posterior.logvar).exp())
    exact = kl_to_prior(posterior)
    assert torch.allclose(exact, kl_divergence(q, Normal(0.0, 1.0)), atol=1e-6)
    z = q.sample((400_000,))
    monte_carlo = (q.log_prob(z) - Normal(0.0, 1.0).log_prob(z)).mean(0)
    assert torch.allclose(exact, monte_carlo, atol=0.01)
    assert exact[0, 2] == 0


def test_reparameterised_samples_have_the_posterior_moments():
    posterior = Posterior(torch.full((200_000, 1), 1.5), torch.full((200_000, 1), math.log(0.25)))
    z = posterior.sample()
    assert abs(z.mean() - 1.5) < 0.01
    assert abs(z.std() - 0.5) < 0.01


def test_the_elbo_is_a_lower_bound_on_importance_sampled_evidence():
    model = VAE(d=2, width=16, blocks=1).eval()
    torch.nn.init.normal_(model.decoder.output.weight, std=0.5)
    x = binarize(torch.rand(1, 1, 28, 28))
    posterior = model.posterior(x)
    q = Independent(Normal(posterior.mu, (0.5 * posterior.logvar).exp()), 1)
    z = q.sample((20_000,))[:, 0]
    likelihood = Independent(Bernoulli(logits=model.logits(z)), 3).log_prob(x)
    prior = Independent(Normal(torch.zeros(2), torch.ones(2)), 1).log_prob(z)
    weights = likelihood + prior - q.log_prob(z[:, None])[:, 0]
    evidence = torch.logsumexp(weights, 0) - math.log(len(z))
    bound = -sum(negative_elbo(model, x).reconstruction for _ in range(500)) / 500 - kl_to_prior(posterior).sum()
    assert bound.item() <= evidence.item() + 0.5
    assert bound.item() == pytest.approx(weights.mean().item(), abs=1.0)


def test_beta_weighs_only_the_kl_and_is_phased_in():
    model, x = VAE(d=2, width=16, blocks=1), torch.rand(4, 1, 28, 28)
    losses = {}
    for beta, progress in ((1.0, 1.0), (5.0, 1.0), (5.0, 0.0)):
        torch.manual_seed(3)
        losses[beta, progress] = NegativeElbo(beta)(model, x, progress)
    kl = losses[1.0, 1.0]["kl"].item()
    assert losses[5.0, 1.0]["loss"].item() - losses[1.0, 1.0]["loss"].item() == pytest.approx(4 * kl, rel=1e-3)
    assert losses[5.0, 0.0]["loss"].item() == pytest.approx(losses[5.0, 0.0]["reconstruction"].item(), rel=1e-6)


def test_an_untrained_residual_decoder_ignores_its_blocks():
    model = VAE(d=3, width=32, blocks=2)
    z = torch.randn(5, 3)
    hidden = model.decoder.input(z)
    assert torch.equal(model.decoder.blocks[0](hidden), hidden)


def test_dynamic_binarisation_keeps_the_mean():
    x = torch.full((1, 1, 400, 400), 0.3)
    binary = binarize(x)
    assert set(binary.unique().tolist()) == {0.0, 1.0}
    assert abs(binary.mean() - 0.3) < 0.005


@pytest.mark.parametrize("share", [0.0, 0.25, 0.75, 1.0])
def test_the_mask_hides_that_share_of_whole_patches(share):
    mask = patch_mask(torch.ones(64, 1, 28, 28), share)
    blocks = mask.unfold(2, 4, 4).unfold(3, 4, 4).flatten(4)
    assert (blocks.amin(-1) == blocks.amax(-1)).all()
    hidden = 1 - blocks[..., 0].flatten(1).mean(1)
    assert torch.allclose(hidden, torch.full_like(hidden, math.ceil(share * 49) / 49))


def test_noise_has_the_strength_asked_for_and_stays_in_range():
    x = torch.full((1, 1, 300, 300), 0.5)
    spoilt = add_noise(x, 0.1)
    assert abs((spoilt - x).std() - 0.1) < 0.002
    assert add_noise(x, 5.0).min() == 0
    assert add_noise(x, 5.0).max() == 1


def test_a_linear_autoencoder_is_linear():
    model = linear(code=8)
    x, y = torch.rand(2, 1, 1, 28, 28)
    zero = model(torch.zeros_like(x))
    assert torch.allclose(model(x + y) - zero, model(x) - zero + model(y) - zero, atol=1e-5)


def test_the_sparse_objective_pays_for_code_not_for_pictures():
    model, x = convolutional(32, 4, rectified=True), torch.rand(3, 1, 28, 28)
    light, heavy = (Sparse(weight)(model, x, 1.0) for weight in (0.0, 2.0))
    assert light["loss"].item() == pytest.approx(light["mse"].item())
    assert heavy["loss"].item() == pytest.approx(heavy["mse"].item() + 2 * heavy["l1"].item(), rel=1e-5)
    assert (model.encode(x) >= 0).all()


def test_unmasking_is_scored_on_the_whole_picture():
    class Identity(torch.nn.Module):
        def forward(self, x):
            return x

    x = torch.ones(256, 1, 28, 28)
    hidden = Unmask(1.0)(Identity(), x, 1.0)["loss"].item()
    assert hidden == pytest.approx(0.5, abs=0.06)


def test_warped_pictures_keep_their_ink_and_are_no_noisier_when_binarised():
    y, x = torch.meshgrid(torch.arange(112.0), torch.arange(112.0), indexing="ij")
    radius = (20 + 20 * torch.rand(300, 1, 1, 1)).expand(-1, 1, 112, 112)
    rings = ((torch.hypot(y - 56, x - 56) - radius).abs() < 5).float()
    x = torch.nn.functional.avg_pool2d(rings, 4)  # edges one pixel wide, as a scanned digit has them

    def entropy(p):
        return (torch.special.entr(p) + torch.special.entr(1 - p)).sum((1, 2, 3)).mean().item()

    bent = warp(x)
    assert (bent - x).abs().mean() > 0.01
    assert bent.min() >= 0 and bent.max() <= 1
    assert bent.mean().item() == pytest.approx(x.mean().item(), rel=0.05)
    assert entropy(bent) == pytest.approx(entropy(x), rel=0.1)


def test_warps_move_no_picture_on_average():
    x = torch.zeros(2000, 1, 28, 28)
    x[:, :, 8:20, 10:18] = 1
    rows = torch.arange(28.0).view(1, 1, 28, 1)

    def centre(pictures):
        return ((pictures * rows).sum((1, 2, 3)) / pictures.sum((1, 2, 3))).mean().item()

    assert centre(warp(x)) == pytest.approx(centre(x), abs=0.05)
    assert torch.allclose(warp(x[:1], strength=0.0), x[:1], atol=1e-3)


def test_the_objective_warps_only_the_share_asked_for_and_may_start_with_the_whole_kl():
    model, x = VAE(d=2, width=16, blocks=1), torch.rand(6, 1, 28, 28)
    plain = NegativeElbo(warmup=0.0)(model, x, 0.0)
    assert plain["loss"].item() == pytest.approx((plain["reconstruction"] + plain["kl"]).item(), rel=1e-6)
    seen = []
    model.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    x = (x > 0.5).float()  # binarising leaves it as it is
    NegativeElbo(warped=1 / 3)(model, x, 1.0)
    assert torch.equal(seen[0][2:], x[2:])
    assert not torch.equal(seen[0][:2], x[:2])
