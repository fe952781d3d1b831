import pytest
import torch
from torch import nn

from engine.segmentation.layers import passed
from engine.segmentation.microscope import arithmetic, blocks, seen
from engine.segmentation.networks import build
from engine.segmentation.receptive_fields import receptive_field

CONFIGS = {
    "unet": {"widths": [4, 6, 8]},
    "unet transposed, folded": {"widths": [4, 6], "patch": 2},
    "unet bilinear": {"widths": [4, 6, 8], "up": "bilinear"},
    "unet nearest, dilated": {"widths": [4, 6], "up": "nearest", "dilations": [2, 4]},
    "fcn": {"widths": [4, 6, 8]},
    "fcn fused": {"widths": [4, 6, 8], "fused": 2},
    "dilated": {"widths": [4, 6], "dilations": [1, 2, 4]},
}
NAMES = list(CONFIGS)


def network(name: str, **more) -> nn.Module:
    torch.manual_seed(0)
    return build(name.split()[0], data="horses", classes=3, **CONFIGS[name], **more).eval().requires_grad_(False)


@pytest.mark.parametrize("name", NAMES)
def test_every_pixel_gets_a_logit_for_each_class_at_any_multiple(name):
    model = network(name)
    height, width = 2 * model.multiple, 5 * model.multiple
    assert model(torch.rand(2, 3, height, width)).shape == (2, 3, height, width)


@pytest.mark.parametrize("kind", ["zero", "mean"])
def test_a_skip_switched_off_matters_and_one_switched_on_does_not(kind):
    model, x = network("unet"), torch.rand(1, 3, 16, 16)
    torch.testing.assert_close(model(x), model(x, skips=["on", "on"]), rtol=0, atol=0)
    for skips in ([kind, "on"], ["on", kind]):
        assert not torch.allclose(model(x), model(x, skips=skips))


def test_what_a_skip_lets_through():
    skip = torch.rand(2, 3, 4, 4)
    assert passed(skip, "on") is skip
    assert float(passed(skip, "zero").abs().max()) == 0
    mean = passed(skip, "mean")
    torch.testing.assert_close(mean.mean((2, 3)), skip.mean((2, 3)))
    assert float(mean.var((2, 3)).max()) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="on, zero or mean"):
        passed(skip, "off")


def test_with_every_skip_at_zero_all_is_known_through_the_bottleneck():
    model, x = network("unet"), torch.rand(2, 1, 3, 32, 32)
    bottom = torch.rand(1, 8, 8, 8)
    model.bottleneck.register_forward_hook(lambda *_: bottom)
    zero, mean, on = ([model(picture, skips=[how, how]) for picture in x] for how in ("zero", "mean", "on"))
    assert torch.equal(*zero)
    assert not torch.allclose(*mean)
    assert not torch.allclose(*on)


def dependence(model: nn.Module, block: str, row: int, column: int, side: int) -> tuple[int, int, int, int]:
    """The box of pixels with a gradient, over several random pictures, since maxima and ReLU block some."""
    x = torch.rand(16, 3, side, side, requires_grad=True)
    model.features(x)[block][:, :, row, column].sum().backward()
    reached = x.grad.abs().sum((0, 1))
    rows, columns = (reached.sum(axis).nonzero()[:, 0] for axis in (1, 0))
    return int(rows.min()), int(columns.min()), int(rows.max()), int(columns.max())


@pytest.mark.parametrize("name", NAMES)
def test_receptive_fields_are_exactly_where_gradients_are(name):
    model, side = network(name), 96
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.bias.data += 1.5  # few ReLUs are shut
    for block, maps in model.features(torch.rand(1, 3, side, side)).items():
        row, column = maps.shape[2] // 2, maps.shape[3] // 2 + 1
        box = receptive_field(model.wiring(), block, row, column)
        assert min(box) >= 0
        assert max(box) < side
        assert dependence(model, block, row, column, side) == tuple(box), block


def test_the_receptive_field_of_two_convolutions_a_pooling_and_two_more_is_14():
    box = receptive_field(network("unet").wiring(), "encoder1", 10, 20)
    assert box.bottom - box.top + 1 == 14
    assert (box.top, box.left) == (20 - 6, 40 - 6)


def test_dilations_1_2_4_see_15_pixels_of_their_input():
    model = network("dilated")
    wiring = model.wiring()
    wiring["encoder1"] = [("picture", [])]
    box = receptive_field(wiring, "context2", 30, 30)
    assert (box.top, box.bottom) == (23, 37)


@pytest.mark.parametrize("name", NAMES)
def test_blocks_add_up_to_the_network(name):
    model = network(name)
    found = blocks(model, 40, 64)
    assert sum(block.parameters for block in found) == sum(p.numel() for p in model.parameters())
    for block in found:
        assert set(block.reads) <= {"picture", *(other.name for other in found)}


@pytest.mark.parametrize(
    ("name", "block"),
    [("unet", "encoder0"), ("unet", "decoder1"), ("unet", "head"), ("dilated", "context2"), ("fcn fused", "scores1")],
)
def test_the_arithmetic_of_a_value_is_the_value(name, block):
    model = network(name)
    picture = torch.randint(0, 256, (32, 48, 3), dtype=torch.uint8)
    sum_of = arithmetic(model, picture, block, 1, 2, 0)
    assert float((sum_of.inputs * sum_of.kernel).sum()) + sum_of.bias == pytest.approx(sum_of.total, abs=1e-5)
    if block in ("head", "scores1"):
        assert sum_of.output == sum_of.total
    else:
        assert sum_of.output == max(0, sum_of.normalised)
        maps = model.features(picture.permute(2, 0, 1)[None] / 255)[block]
        assert float(maps[0, 1, 2, 0]) == pytest.approx(sum_of.output, abs=1e-5)


def test_below_every_value_of_a_head_that_enlarges_there_is_a_sum():
    model = network("unet transposed, folded")
    picture = torch.randint(0, 256, (32, 48, 3), dtype=torch.uint8)
    logits = model.head[0](model.features(picture.permute(2, 0, 1)[None] / 255)["decoder0"])
    sum_of = arithmetic(model, picture, "head", 1, 31, 46)
    assert sum_of.total == pytest.approx(float(logits[0, 1, 15, 23]), abs=1e-5)
    with pytest.raises(ValueError, match="32 × 48"):
        arithmetic(model, picture, "head", 1, 32, 0)


def test_the_head_of_a_fully_convolutional_network_only_enlarges():
    with pytest.raises(ValueError, match="no convolution"):
        arithmetic(network("fcn"), torch.zeros(8, 8, 3, dtype=torch.uint8), "head", 0, 0, 0)
    with pytest.raises(ValueError, match="no block 'cellar'"):
        seen(network("fcn"), 8, 8, "cellar", 0, 0)


def test_what_is_seen_is_told_in_pixels_of_the_picture():
    model = network("unet", side=32)
    box = seen(model, 320, 320, "encoder0", 16, 16)  # 5 × 5 of the network's pixels, each 10 × 10 of the picture
    assert (box.top, box.left) == (144, 144)
    assert 40 <= box.bottom - box.top <= 50
    edge = seen(model, 320, 320, "encoder0", 0, 31)
    assert (edge.top, edge.right) >= (0, 310)
