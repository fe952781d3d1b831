"""Against the discriminator that is known to be best, and against the paper's values at the fixed point."""

import pytest
import torch

from engine.gans.losses import LOSSES

DENSITIES = torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.1, 0.1, 0.8])
"""p of the data and q of the generator at three points."""


def expected(loss, logits: torch.Tensor) -> torch.Tensor:
    """A discriminator's loss over data and generator that each sit on three points, where D has these logits."""
    draws = [torch.repeat_interleave(torch.arange(3), (density * 10).round().long()) for density in DENSITIES]
    real, fake = (logits[chosen] for chosen in draws)
    return loss.discriminator(real.repeat_interleave(10), fake.repeat(10))  # every pair, for losses that compare


def best_logits(loss) -> torch.Tensor:
    logits = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = expected(loss, logits)
        value.backward()
        return value

    optimizer.step(closure)
    return logits.detach()


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_the_best_discriminator_of_cross_entropy_is_p_over_p_plus_q(name):
    p, q = DENSITIES
    torch.testing.assert_close(best_logits(LOSSES[name]).sigmoid(), p / (p + q), atol=1e-3, rtol=0)


def test_the_best_discriminator_of_cross_entropy_measures_the_jensen_shannon_divergence():
    p, q = DENSITIES
    m = (p + q) / 2
    js = ((p * (p / m).log()).sum() + (q * (q / m).log()).sum()) / 2
    loss = LOSSES["minimax"]
    assert float(expected(loss, best_logits(loss))) == pytest.approx(2 * torch.tensor(2.0).log().item() - 2 * js.item())


def test_the_best_discriminator_of_least_squares_is_p_over_p_plus_q_itself():
    p, q = DENSITIES
    torch.testing.assert_close(best_logits(LOSSES["least_squares"]), p / (p + q), atol=1e-3, rtol=0)


def test_the_best_discriminator_of_hinge_says_plus_or_minus_one():
    p, q = DENSITIES
    at_ones = float(expected(LOSSES["hinge"], (p - q).sign()))
    assert at_ones == pytest.approx(float(2 * torch.minimum(p, q).sum()))
    for other in ([0.5, 1.0, -1.0], [1.0, 1.0, 1.0], [2.0, 2.0, -2.0]):
        assert float(expected(LOSSES["hinge"], torch.tensor(other))) > at_ones


def test_wasserstein_with_a_critic_of_slope_one_is_the_distance_of_shifted_points():
    x = torch.linspace(-1, 1, 32)
    assert float(LOSSES["wasserstein"].discriminator(x + 3, x)) == pytest.approx(-3)


def test_relativistic_losses_see_differences_only():
    real, fake = torch.randn(2, 3, 16, generator=torch.Generator().manual_seed(0))
    loss = LOSSES["relativistic"]
    for side in (loss.discriminator, loss.generator):
        torch.testing.assert_close(side(real + 5, fake + 5), side(real, fake))
    torch.testing.assert_close(loss.generator(real, fake), loss.discriminator(fake, real))


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [("minimax", 1.3863, -0.6931), ("non_saturating", 1.3863, 0.6931), ("relativistic", 0.6931, 0.6931),
     ("wasserstein", 0, 0), ("hinge", 2, 0)],
)  # fmt: skip
def test_values_where_nobody_can_tell(name, discriminator, generator):
    zeros = torch.zeros(2, 8)
    assert LOSSES[name].discriminator(zeros, zeros).tolist() == pytest.approx([discriminator] * 2, abs=1e-4)
    assert LOSSES[name].generator(zeros, zeros).tolist() == pytest.approx([generator] * 2, abs=1e-4)


def test_a_sure_discriminator_starves_the_minimax_generator_and_feeds_the_non_saturating_one():
    fake = torch.full((8,), -10.0, requires_grad=True)
    slopes = {}
    for name in ("minimax", "non_saturating"):
        (slope,) = torch.autograd.grad(LOSSES[name].generator(fake, fake), fake)
        slopes[name] = -float(slope.sum())
    assert 0 < slopes["minimax"] < 1e-4
    assert slopes["non_saturating"] > 0.999


@pytest.mark.parametrize("name", LOSSES)
def test_lanes_stack_on_the_first_axis(name):
    real, fake = torch.randn(2, 3, 16, generator=torch.Generator().manual_seed(1))
    for side in LOSSES[name]:
        alone = torch.stack([side(r, f) for r, f in zip(real, fake, strict=True)])
        torch.testing.assert_close(side(real, fake), alone)
