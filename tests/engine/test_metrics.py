"""Measures against closed forms."""

import torch

from engine.metrics import frechet_distance, squared_errors


def test_frechet_distance_of_a_gaussian_to_itself_is_zero():
    root = torch.randn(6, 6, dtype=torch.float64)
    sigma = root @ root.T
    mu = torch.randn(6, dtype=torch.float64)
    assert abs(frechet_distance(mu, sigma, mu, sigma)) < 1e-8


def test_frechet_distance_of_isotropic_gaussians_has_a_closed_form():
    d, a, b = 5, 2.0, 3.0
    eye = torch.eye(d, dtype=torch.float64)
    shift = torch.full((d,), 1.5, dtype=torch.float64)
    expected = d * 1.5**2 + d * (a - b) ** 2
    assert abs(frechet_distance(0 * shift, a**2 * eye, shift, b**2 * eye) - expected) < 1e-8


def test_squared_errors_are_per_picture_means():
    x = torch.zeros(2, 1, 2, 2)
    x_hat = torch.stack([torch.full((1, 2, 2), 0.5), torch.tensor([[[1.0, 0], [0, 0]]])])
    assert torch.allclose(squared_errors(x, x_hat), torch.tensor([0.25, 0.25]))
