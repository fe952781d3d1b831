import numpy as np
import pytest
import torch

from engine.segmentation.framing import resized
from engine.segmentation.inference import AROUND, SIDES, averaged, look, sides_around
from engine.segmentation.networks import UNet


@pytest.fixture(scope="module")
def model() -> UNet:
    torch.manual_seed(0)
    model = UNet("horses", 2, [4, 6, 8], patch=2, side=64)
    for _ in range(20):
        model(torch.rand(4, 3, 64, 64))  # the norms get to know their pictures
    return model.eval().requires_grad_(False)


def picture(height: int, width: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8))


def test_one_look_without_a_mirror_is_plain_inference(model):
    x = picture(90, 120)
    logits, frame = look(model, x, side=96)
    p, same = averaged(model, x, [96], mirrored=False)
    assert same == frame
    torch.testing.assert_close(p, logits.softmax(1))


def test_several_looks_are_their_mean_at_the_largest_size(model):
    x = picture(90, 120)
    small, large = (look(model, x, side=side)[0].softmax(1) for side in (64, 96))
    p, frame = averaged(model, x, [64, 96], mirrored=False)
    assert frame.scaled == tuple(large.shape[2:])
    torch.testing.assert_close(p, (resized(small, frame.scaled) + large) / 2)
    torch.testing.assert_close(p.sum(1), torch.ones(1, *frame.scaled))


def test_a_symmetric_picture_gets_a_symmetric_answer_though_the_network_is_not_symmetric(model):
    half = picture(64, 32)
    x = torch.cat([half, half.flip(1)], 1)
    p, _ = averaged(model, x, [64, 128])
    torch.testing.assert_close(p, p.flip(-1))
    alone, _ = averaged(model, x, [64, 128], mirrored=False)
    assert (alone - alone.flip(-1)).abs().max() > 0.01


def test_the_mirrored_picture_gets_the_mirrored_answer_in_tiles_too(model):
    x = picture(24, 240)  # its short side is seen with 72 pixels, a third of 216, so its long one needs two tiles
    there, frame = averaged(model, x, [216])
    back, _ = averaged(model, x.flip(1), [216])
    assert frame.scaled == frame.padded == (72, 720)
    torch.testing.assert_close(there, back.flip(-1))


def test_the_sizes_lie_around_the_networks_own_and_within_what_is_allowed():
    assert sides_around(320) == [512, 320, 224]
    assert sides_around(SIDES[0])[-1] == SIDES[0]
    assert max(sides_around(SIDES[1])) == SIDES[1]
    assert 1.0 in AROUND
