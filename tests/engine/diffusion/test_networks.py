"""The U-Net, Algorithm 1, and latent space."""

import numpy as np
import pytest
import torch

from engine.diffusion.networks import UNet, sinusoids
from engine.diffusion.objectives import PredictNoise, random_times
from engine.diffusion.pixels import from_model, to_model
from engine.diffusion.schedules import COSINE
from engine.training import Budget, Run

SIZES = {"channels": 1, "side": 16, "classes": 3, "width": 8, "multipliers": [1, 2], "blocks": 1}


def test_an_untrained_network_predicts_no_noise_so_its_loss_is_the_noises_variance():
    model = UNet(**SIZES)
    loss = PredictNoise(COSINE)(model, (torch.randn(64, 1, 16, 16), torch.zeros(64, dtype=torch.long)), 0.0)["loss"]
    assert float(loss) == pytest.approx(1, abs=0.05)


def test_times_are_told_apart_and_bounded():
    code = sinusoids(torch.arange(0, 1001, 50), 64)
    assert float(code.abs().max()) <= 1
    distances = torch.cdist(code, code) + 10 * torch.eye(len(code))
    assert float(distances.min()) > 0.5


def test_random_times_are_uniform_and_come_with_their_noise():
    torch.manual_seed(0)
    t, alpha_bar = random_times(COSINE, 20_000, torch.device("cpu"))
    assert int(t.min()) >= 1
    assert int(t.max()) <= 1000
    assert float(t.float().mean()) == pytest.approx(500.5, rel=0.02)
    np.testing.assert_allclose(alpha_bar.flatten(), COSINE.alpha_bar[t.numpy()], atol=1e-6)


def test_a_picture_survives_the_way_to_the_model_and_back():
    x = torch.rand(2, 1, 28, 28)
    assert to_model(x).shape == (2, 1, 32, 32)
    assert float(to_model(x).min()) >= -1
    torch.testing.assert_close(from_model(to_model(x), 28), x)


def test_noise_prediction_learns_on_a_single_picture():
    torch.manual_seed(0)
    run = Run(UNet(**SIZES), PredictNoise(COSINE), Budget(150, lr=3e-3, warmup=10), torch.device("cpu"))
    x0 = torch.sign(torch.randn(1, 1, 16, 16)).expand(16, -1, -1, -1)
    batch = x0, torch.zeros(16, dtype=torch.long)
    losses = [progress.losses["loss"] for progress in run.stream(iter(lambda: batch, None), every=10)]
    assert np.mean(losses[-3:]) < 0.5 * losses[0]


def test_a_level_at_half_the_resolution_is_reached_by_its_skip():
    torch.manual_seed(0)
    model = UNet(**SIZES).eval()
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    x, t = torch.randn(1, 1, 16, 16), torch.tensor([100.0])
    far = x.clone()
    far[..., -1, -1] += 3
    assert not torch.equal(model(x, t)[..., 0, 0], model(far, t)[..., 0, 0])  # attention sees across the picture
