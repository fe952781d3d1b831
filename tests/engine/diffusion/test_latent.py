"""The plane of a codebook, as the space of a latent diffusion."""

import pytest
import torch

from engine.autoencoders.networks import VQVAE
from engine.diffusion.latent import from_latent, plane, to_latent


@pytest.fixture
def autoencoder() -> VQVAE:
    """A VQ-VAE whose codes lie on a plane, as trained ones do."""
    torch.manual_seed(0)
    network = VQVAE(codes=32, depth=6, channels=4).eval().requires_grad_(False)
    network.quantizer.codebook.copy_(torch.randn(32, 2) @ torch.randn(2, 6) + torch.randn(6))
    return network


def test_codes_have_unit_spread_in_their_plane(autoencoder):
    mean, axes = plane(autoencoder)
    coordinates = (autoencoder.quantizer.codebook - mean) @ torch.linalg.pinv(axes)
    torch.testing.assert_close(coordinates.mean(0), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(coordinates.square().mean(0), torch.ones(2), atol=1e-4, rtol=0)
    torch.testing.assert_close(coordinates @ axes + mean, autoencoder.quantizer.codebook, atol=1e-4, rtol=0)


def test_the_largest_entry_of_each_axis_is_positive(autoencoder):
    _, axes = plane(autoencoder)
    assert (axes.gather(1, axes.abs().argmax(1, keepdim=True)) > 0).all()


def test_a_latent_on_a_code_comes_back_as_that_codes_picture(autoencoder):
    indices = torch.randint(32, (3, 7, 7))
    mean, axes = plane(autoencoder)
    z = ((autoencoder.quantizer.codebook[indices] - mean) @ torch.linalg.pinv(axes)).movedim(-1, 1)
    torch.testing.assert_close(from_latent(autoencoder, z), autoencoder.decode(indices))


def test_latents_of_pictures_have_two_coordinates_at_each_place(autoencoder):
    assert to_latent(autoencoder, torch.rand(2, 1, 28, 28)).shape == (2, 2, 7, 7)
