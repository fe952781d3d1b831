"""What pages ask of a picture GAN: the same numbers as the networks give, and sentences for what makes no sense."""

import pytest
import torch

from engine.gans.networks import build
from engine.gans.operations import discriminate, generate, generate_at

SIZE = {"latent": 3, "channels": 1, "width": 4}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return build("dcgan", **SIZE, snapshots=2).eval().requires_grad_(False)


def test_pictures_of_any_float_are_the_generators(model):
    z = torch.randn(4, 3).half()
    torch.testing.assert_close(generate(model, z), model.generator(z.float()))


def test_a_probability_is_the_sigmoid_of_its_logit(model):
    verdict = discriminate(model, torch.rand(5, 1, 28, 28))
    torch.testing.assert_close(verdict["probability"], 1 / (1 + torch.exp(-verdict["logit"])))
    assert verdict["logit"].shape == (5,)


def test_a_packed_discriminator_judges_single_pictures_too():
    torch.manual_seed(0)
    packed, x = build("dcgan", **SIZE, pack=2), torch.rand(3, 1, 28, 28)
    twice = torch.stack([x, x], 1).flatten(0, 1)
    torch.testing.assert_close(discriminate(packed, x)["logit"], packed.discriminator(twice))


def test_a_class_is_told_to_both(model):
    torch.manual_seed(0)
    told = build("dcgan", **SIZE, classes=3)
    z, y = torch.randn(2, 3), torch.tensor([2, 0])
    x = generate(told, z, y)
    torch.testing.assert_close(x, told.generator(z, y))
    torch.testing.assert_close(discriminate(told, x, y)["logit"], told.discriminator(x, y))


def test_snapshots_differ(model):
    torch.nn.init.normal_(model.generator.paint.bias)
    model.keep(1, model.generator, 5)
    z = torch.randn(2, 3)
    torch.testing.assert_close(generate_at(model, z, 1), generate(model, z))
    assert not torch.allclose(generate_at(model, z, 0), generate(model, z))


@pytest.mark.parametrize(
    ("config", "ask", "sentence"),
    [
        ({}, lambda m: generate(m, torch.randn(2, 4)), r"shape \(B, 3\)"),
        ({}, lambda m: generate_at(m, torch.randn(2, 3), 0), "No snapshots"),
        ({"snapshots": 2}, lambda m: generate_at(m, torch.randn(2, 3), 2), "0…1"),
        ({"classes": 3}, lambda m: generate(m, torch.randn(2, 3)), "class in 0…2"),
        ({"classes": 3}, lambda m: generate(m, torch.randn(2, 3), torch.tensor([0, 3])), "class in 0…2"),
        ({"classes": 3}, lambda m: discriminate(m, torch.rand(2, 1, 28, 28), torch.tensor([1])), "class in 0…2"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(config, ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask(build("dcgan", **SIZE | config))
