"""RePaint: what is known stays to the last bit, and what is new fits to it as Bayes says."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.samplers import EpsModel, finish
from engine.diffusion.schedules import COSINE
from engine.editing.canvas import kept_in_code
from engine.editing.repaint import posterior_mean, repaint

RHO = 0.9
SIGMA = torch.tensor([[1.0, RHO], [RHO, 1.0]])


def gaussian(x: Tensor, t: int) -> Tensor:
    """The exact ε̂ of two pixels, x₀ ~ N(0, Σ): √(1 − ᾱ) (ᾱ Σ + (1 − ᾱ) I)⁻¹ x_t."""
    alpha_bar = float(COSINE.alpha_bar[t])
    inverse = torch.linalg.inv(alpha_bar * SIGMA + (1 - alpha_bar) * torch.eye(2))
    return (1 - alpha_bar) ** 0.5 * (x.flatten(1) @ inverse).view(x.shape)


def filled(known: float, rounds: int, n: int = 2000) -> Tensor:
    """What is painted beside a pixel that is known, (n,)."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(n, 1, 1, 2, generator=generator)
    keep = torch.tensor([True, False]).view(1, 1, 1, 2)
    truth = torch.tensor([known, 99.0]).view(1, 1, 1, 2)
    run = repaint(gaussian, x, truth, keep, COSINE, COSINE.visits(50), generator, rounds, limit=20.0)
    pictures = finish(run).x_t
    assert (pictures[..., 0] == known).all()
    return pictures[..., 1].flatten()


def test_the_new_pixel_is_distributed_as_bayes_says():
    """p(b | a) = N(ρ a, 1 − ρ²) for two pixels of correlation ρ."""
    new = filled(1.5, rounds=12)
    assert abs(float(new.mean()) - RHO * 1.5) < 0.08
    assert abs(float(new.std()) - (1 - RHO**2) ** 0.5) < 0.08


def test_one_round_alone_does_not_come_to_terms_with_what_is_known():
    """The reason for going back and forth (Lugmayr et al. 2022, section 4.2)."""
    miss = [abs(float(filled(1.5, rounds).mean()) - RHO * 1.5) for rounds in (1, 12)]
    assert miss[0] > 2 * miss[1]


@pytest.mark.parametrize("hole", ["none", "some", "all"])
def test_what_is_known_is_kept_to_the_last_bit(hole: str):
    x0 = torch.rand(1, 1, 8, 8) * 2 - 1
    keep = torch.ones(1, 1, 8, 8, dtype=torch.bool)
    keep[..., 2:5, 2:6] = hole == "none"
    keep = keep & (hole != "all")
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3, 1, 8, 8, generator=generator)
    eps_model: EpsModel = lambda x, t: 0.3 * x  # noqa: E731
    painted = finish(repaint(eps_model, x, x0, keep, COSINE, COSINE.visits(8), generator, rounds=2)).x_t
    mask = keep.expand_as(painted)
    assert torch.equal(painted[mask], x0.expand_as(painted)[mask])
    assert mask.all() or not torch.allclose(painted[~mask], x0.expand_as(painted)[~mask])


def test_the_posterior_mean_is_bayes_formula():
    """The product of q(x_t|x_s) and q(x_s|x_0), two Gaussians in x_s."""
    alpha_bar, alpha_bar_s = 0.3, 0.5
    alpha = alpha_bar / alpha_bar_s
    x0, x_t = torch.tensor(0.7), torch.tensor(-0.4)
    precision = alpha / (1 - alpha) + 1 / (1 - alpha_bar_s)
    mean = (alpha**0.5 / (1 - alpha) * x_t + alpha_bar_s**0.5 / (1 - alpha_bar_s) * x0) / precision
    torch.testing.assert_close(posterior_mean(x0, x_t, alpha_bar, alpha_bar_s), mean)


def test_a_number_of_the_code_is_kept_only_with_all_its_pixels():
    keep = torch.ones(1, 1, 64, 64, dtype=torch.bool)
    keep[0, 0, 21, 34] = False
    kept = kept_in_code(keep)
    assert kept.shape == (1, 1, 16, 16)
    assert (~kept).sum() == 1
    assert not kept[0, 0, 5, 8]
