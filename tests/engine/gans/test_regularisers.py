import pytest
import torch

from engine.gans.regularisers import gradient_penalty, minibatch_stddev, packed, r1, r2, spectrally_normal


def points(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def linear(slope: list[float]):
    return lambda x: x @ torch.tensor(slope)


def test_gradient_penalty_vanishes_for_a_linear_critic_of_slope_one_and_grows_with_the_excess():
    real, fake, eps = points(3, 16, 2), points(3, 16, 2) + 1, torch.rand(3, 16, 1)
    assert gradient_penalty(linear([0.6, 0.8]), real, fake, eps).tolist() == pytest.approx([0, 0, 0], abs=1e-9)
    assert gradient_penalty(linear([3.0, 4.0]), real, fake, eps).tolist() == pytest.approx([16, 16, 16])


def test_gradient_penalty_looks_between_data_and_fakes():
    real, fake = torch.zeros(4, 2), torch.ones(4, 2)
    steep_in_the_middle = lambda x: torch.where((x > 0.4) & (x < 0.6), 10 * x, x)[..., 0]  # noqa: E731
    at = lambda eps: float(gradient_penalty(steep_in_the_middle, real, fake, torch.full((4, 1), eps)))  # noqa: E731
    assert at(0.5) == pytest.approx(81)
    assert at(0.1) == pytest.approx(0, abs=1e-9)


def test_r1_and_r2_are_half_the_squared_slope():
    bowl = lambda x: x.square().sum(-1) / 2  # noqa: E731, whose slope is x
    x = points(2, 64, 2)
    expected = x.square().sum(-1).mean(-1) / 2
    torch.testing.assert_close(r1(bowl, x), expected)
    torch.testing.assert_close(r2(bowl, x), expected)


def test_penalties_of_pictures_are_scalars_that_can_be_trained():
    weight = torch.ones(3, requires_grad=True)
    penalty = r1(lambda x: (x.flatten(2).mean(2) * weight).sum(1), points(5, 3, 4, 4))
    (slope,) = torch.autograd.grad(penalty, weight)
    assert penalty.shape == ()
    torch.testing.assert_close(slope, torch.full((3,), 1 / 16))  # ½ Σ w² / 16


def test_packs_hold_neighbours_and_wrap_around():
    x = torch.arange(6.0)[:, None]
    assert packed(x, 2).tolist() == [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0]]
    assert packed(points(3, 8, 2), 4).shape == (3, 8, 8)
    torch.testing.assert_close(packed(x, 1), x)


def test_minibatch_spread_is_zero_for_copies_and_right_for_two_values():
    copies = torch.ones(2, 8, 5)
    assert minibatch_stddev(copies, 8)[..., -1].max() < 2e-4
    halves = torch.cat([torch.zeros(4, 5), torch.full((4, 5), 6.0)])
    torch.testing.assert_close(minibatch_stddev(halves, 8)[:, -1], torch.full((8,), 3.0))


def test_spectral_norm_makes_the_largest_singular_value_one():
    weight, u = points(2, 12, 7), torch.ones(2, 7)
    normal, _ = spectrally_normal(weight, u, rounds=100)
    torch.testing.assert_close(torch.linalg.matrix_norm(normal, 2), torch.ones(2), atol=1e-4, rtol=0)


def test_spectral_norm_converges_over_steps_of_one_round():
    weight, u = points(12, 7), torch.ones(7)
    for _ in range(100):
        normal, u = spectrally_normal(weight, u)
    assert float(torch.linalg.matrix_norm(normal, 2)) == pytest.approx(1, abs=1e-4)
