"""The style-based generator: modulation and demodulation, the mapping, its running mean, noise, crossings, walks."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine import cards, checkpoints
from engine.gans import operations, style_mixing
from engine.gans.networks import build
from engine.gans.style_networks import MEMORY, SlowLinear, StyledConvolution, StyleGenerator, crossed
from engine.judges.operations import classify, features

GREY = torch.device("cpu")


def styled_layer() -> tuple[StyledConvolution, torch.Tensor, torch.Tensor]:
    """A layer from 5 to 4 features at 6×6, features (3, 5, 6, 6) and styles (3, 2)."""
    torch.manual_seed(0)
    return StyledConvolution(5, 4, 2, 6), torch.randn(3, 5, 6, 6), torch.randn(3, 2)


def test_scaled_features_equal_scaled_weights():
    """Equations 1 and 3 of Karras et al. 2020, written out with one set of weights for each picture."""
    layer, x, w = styled_layer()
    s = layer.scale(w)
    weights = s[:, None, :, None, None] * layer.weight
    weights = weights / (weights.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    one_by_one = [F.conv2d(picture[None], weight, padding=1) for picture, weight in zip(x, weights, strict=True)]
    expected = math.sqrt(2) * F.leaky_relu(torch.cat(one_by_one), 0.2)
    torch.testing.assert_close(layer(x, w, torch.zeros(1, 1, 6, 6)), expected)


def test_a_style_has_a_direction_and_no_size():
    layer, x, w = styled_layer()
    layer.scale.bias.data.zero_()
    noise = torch.zeros(1, 1, 6, 6)
    torch.testing.assert_close(layer(x, 7 * w, noise), layer(x, w, noise))
    assert (layer(x, -w, noise) - layer(x, w, noise)).abs().max() > 0.1


def test_demodulated_features_have_unit_variance():
    torch.manual_seed(0)
    layer, x, w = StyledConvolution(16, 8, 4, 32), torch.randn(2, 16, 32, 32), 5 * torch.randn(2, 4)
    h = layer(x, w, torch.zeros(1, 1, 32, 32)) / math.sqrt(2)
    before = torch.where(h > 0, h, h / 0.2)[..., 1:-1, 1:-1]  # zeros beyond the edge take variance away
    torch.testing.assert_close(before.var((0, 2, 3)), torch.ones(8), atol=0.2, rtol=0)


def test_a_slow_layer_starts_alike_and_moves_less():
    torch.manual_seed(0)
    x = torch.randn(2000, 64)
    moved = []
    for rate in (1.0, 0.1):
        layer = SlowLinear(64, 64, rate)
        before = layer(x)
        assert before.square().mean().item() == pytest.approx(1.04, abs=0.15)  # E relu² + 0.04 E relu² at variance 2
        optimizer = torch.optim.Adam(layer.parameters(), 1e-3)
        before.sum().backward()
        start = (rate * layer.weight).detach().clone()
        optimizer.step()
        moved.append(float((rate * layer.weight.detach() - start).abs().mean()))
    assert moved[1] == pytest.approx(0.1 * moved[0], rel=0.01)


def test_only_the_direction_of_a_noise_counts():
    torch.manual_seed(0)
    mapping, z = StyleGenerator(6, 1, 8).mapping, torch.randn(4, 6)
    torch.testing.assert_close(mapping(3 * z), mapping(z))


def test_the_mean_style_is_that_of_the_training():
    torch.manual_seed(0)
    mapping, z = StyleGenerator(6, 1, 8).mapping, torch.randn(64, 6)
    w = mapping(z)
    torch.testing.assert_close(mapping.mean, (1 - MEMORY) * w.mean(0))
    for _ in range(4000):
        mapping.mean.lerp_(w.detach().mean(0), 1 - MEMORY)
    torch.testing.assert_close(mapping.mean, w.mean(0), atol=1e-2, rtol=1e-2)
    kept = mapping.mean.clone()
    mapping.eval()(torch.randn(64, 6))
    assert torch.equal(mapping.mean, kept)


def test_at_rest_a_generator_repeats_itself_and_its_noise_is_an_ingredient():
    torch.manual_seed(0)
    generator, z = StyleGenerator(6, 1, 8), torch.randn(3, 6)
    for layer in generator.layers:
        layer.noise.data.fill_(0.5)
    assert not torch.equal(generator(z), generator(z))  # while it trains
    generator.eval()
    assert torch.equal(generator(z), generator(z))
    styles = generator.mapping(z)[:, None].expand(-1, 6, -1)
    torch.testing.assert_close(generator.synthesise(styles, seed=0), generator(z))
    assert (generator.synthesise(styles, seed=1) - generator(z)).abs().max() > 1e-3
    torch.testing.assert_close(generator(z[:1]), generator(z)[:1])
    assert generator(z).shape == (3, 1, 28, 28)


def test_a_crossing_takes_finer_layers_from_the_neighbour():
    torch.manual_seed(0)
    w = torch.arange(200.0)[:, None, None].expand(-1, 6, 2)
    assert torch.equal(crossed(w, share=0.0), w)
    mixed = crossed(w, share=1.0)
    own = (mixed == w).all(2)
    assert own[:, 0].all() and not own[:, -1].any()
    assert (own.int().diff(dim=1) <= 0).all()  # once foreign, foreign to the end
    assert torch.equal(mixed[~own], w.roll(1, 0)[~own])
    assert set(own.sum(1).tolist()) == {1, 2, 3, 4, 5}


def test_pages_get_the_same_picture_through_w():
    torch.manual_seed(0)
    model, z = build("style", latent=6, channels=1, width=8).eval(), torch.randn(3, 6)
    w = operations.map_to_w(model, z)
    styles = torch.from_numpy(style_mixing.layered(w.detach().numpy()))
    torch.testing.assert_close(operations.synthesise(model, styles), operations.generate(model, z))
    assert torch.equal(operations.mean_style(model), model.generator.mapping.mean)


def test_bad_styles_are_refused_in_a_sentence():
    model = build("style", latent=6, channels=1, width=8).eval()
    with pytest.raises(ValueError, match="shape"):
        operations.synthesise(model, torch.zeros(2, 5, 32))
    with pytest.raises(ValueError, match="no styles"):
        operations.map_to_w(build("dcgan", latent=6, channels=1, width=8), torch.zeros(1, 6))


def test_truncation_is_a_straight_line_through_the_mean():
    rng = np.random.default_rng(0)
    w, mean = rng.standard_normal((5, 4)).astype(np.float32), rng.standard_normal(4).astype(np.float32)
    np.testing.assert_allclose(style_mixing.truncated(w, mean, 1), w, atol=1e-6)
    np.testing.assert_allclose(style_mixing.truncated(w, mean, 0), np.broadcast_to(mean, w.shape))
    np.testing.assert_allclose(
        np.linalg.norm(style_mixing.truncated(w, mean, 0.3) - mean, axis=1),
        0.3 * np.linalg.norm(w - mean, axis=1), rtol=1e-5,
    )  # fmt: skip


def test_mixed_styles_stand_in_rows_and_columns():
    coarse, fine = np.full((2, 3), 1.0, np.float32) * [[1], [2]], np.full((4, 3), 1.0) * np.arange(10, 14)[:, None]
    pairs = style_mixing.mixed(coarse.astype(np.float32), fine.astype(np.float32), 2)
    assert pairs.shape == (2, 4, 6, 3)
    assert (pairs[1, :, :2] == 2).all() and (pairs[:, 3, 2:] == 13).all()


def test_a_straight_even_walk_has_no_detour_and_a_half_circle_has_half_pi():
    even = np.linspace(0, 1, 9)[:, None] * [3.0, 4.0]
    assert style_mixing.detour(even) == pytest.approx(1)
    assert style_mixing.unevenness(even) == pytest.approx(0, abs=1e-9)
    angle = np.linspace(0, np.pi, 500)
    assert style_mixing.detour(np.stack([np.cos(angle), np.sin(angle)], 1)) == pytest.approx(np.pi / 2, rel=1e-4)
    assert style_mixing.unevenness(np.array([[0.0], [1.0], [4.0]])) == pytest.approx(0.5)  # steps 1 and 3


def test_walks_in_both_spaces_meet_at_their_ends():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 8)).astype(np.float32)
    for walk in (style_mixing.walk_in_z, style_mixing.walk_in_w):
        way = walk(a, b, 7)
        np.testing.assert_allclose(way[[0, -1]], [a, b], atol=1e-5)


@pytest.mark.skipif("judge-mnist" not in cards.names(), reason="judge-mnist is not published")
def test_a_judge_classifies_by_the_features_it_gives():
    judge = checkpoints.load("judge-mnist", GREY)
    x = torch.rand(3, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(judge.output(features(judge, x)).softmax(1), classify(judge, x))


def test_an_untrained_mapping_leaves_many_directions_of_noise():
    """The participation ratio (Σλ)² / Σλ² of the styles' covariance: what is left of 32 directions of noise."""
    torch.manual_seed(0)
    w = StyleGenerator(32, 1, 8).mapping(torch.randn(2000, 32)).detach()
    spectrum = torch.linalg.eigvalsh(w.T.cov())
    assert spectrum.sum() ** 2 / spectrum.square().sum() > 6
