"""The codebook: nearest codes, straight-through gradients, EMA updates, revival, perplexity."""

import math

import pytest
import torch

from engine.autoencoders.quantizer import Quantizer, perplexity, straight_through


@pytest.fixture
def quantizer() -> Quantizer:
    torch.manual_seed(0)
    return Quantizer(codes=16, depth=4)


def test_each_place_gets_its_nearest_code(quantizer):
    h = torch.randn(2, 4, 3, 3)
    indices = quantizer.nearest(h)
    distances = (h.movedim(1, -1)[..., None, :] - quantizer.codebook).square().sum(-1)
    assert torch.equal(indices, distances.argmin(-1))
    assert torch.equal(quantizer.nearest(quantizer.look_up(indices)), indices)


def test_the_straight_through_gradient_is_the_identity():
    h, e = torch.randn(5, 4, requires_grad=True), torch.randn(5, 4)
    out = straight_through(h, e)
    assert torch.allclose(out, e, atol=1e-6)
    weights = torch.randn(5, 4)
    (out * weights).sum().backward()
    assert torch.equal(h.grad, weights)


def test_codes_move_to_the_mean_of_what_chose_them(quantizer):
    centres = torch.tensor([[4.0, 0, 0, 0], [-4.0, 0, 0, 0]])
    h = centres.repeat(200, 1)[:, :, None, None] + 0.01 * torch.randn(400, 4, 1, 1)
    quantizer.train()
    for _ in range(800):
        quantizer(h)
    nearest = torch.cdist(centres, quantizer.codebook).amin(1)
    assert (nearest < 0.05).all()


def test_dead_codes_restart_at_data(quantizer):
    quantizer.codebook += 100.0
    quantizer.total += 100.0
    h = torch.randn(64, 4, 5, 5)
    quantizer.train()
    for _ in range(1000):
        quantizer(h)
    value, dead = perplexity(quantizer.nearest(h), 16)
    assert dead == 0
    assert value > 8


def test_evaluation_leaves_the_codebook_alone(quantizer):
    before = quantizer.codebook.clone()
    quantizer.eval()(torch.randn(8, 4, 2, 2))
    assert torch.equal(before, quantizer.codebook)


def test_perplexity_counts_codes():
    even, dead = perplexity(torch.arange(16).repeat(10), 16)
    assert even == pytest.approx(16)
    assert dead == 0
    single, dead = perplexity(torch.zeros(50, dtype=torch.long), 16)
    assert single == pytest.approx(1)
    assert dead == 15
    half, _ = perplexity(torch.tensor([0] * 3 + [1]), 2)
    assert half == pytest.approx(math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))))
