"""The building blocks in NumPy against torch, and the numbers of the lecture."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from engine.blocks import convolution, layers, normalisation, pooling, upsampling
from engine.blocks.live import race
from engine.blocks.networks import DeepNet
from engine.blocks.operations import pixelwise
from engine.blocks.spirals import spirals

RNG = np.random.default_rng(0)
X = RNG.normal(size=(9, 12))


def tensor(x: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(x))[None, None]


def equal(ours: np.ndarray, theirs: torch.Tensor) -> None:
    np.testing.assert_allclose(ours, theirs.reshape(ours.shape).numpy(), atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("k", [1, 3, 5])
def test_a_convolution_is_torchs_and_has_the_size_of_the_formula(k, dilation, padding, stride):
    w = RNG.normal(size=(k, k))
    if dilation * (k - 1) + 1 > len(X) + 2 * padding:
        with pytest.raises(ValueError, match="does not fit"):
            convolution.convolve(X, w, padding, stride, dilation)
        return
    ours = convolution.convolve(X, w, padding, stride, dilation)
    equal(ours, F.conv2d(tensor(X), tensor(w), padding=padding, stride=stride, dilation=dilation))
    assert ours.shape == tuple(convolution.output_size(n, k, padding, stride, dilation) for n in X.shape)


def test_the_kernels_do_what_their_names_say():
    ramp = np.tile(np.arange(8.0), (8, 1))
    results = {name: convolution.convolve(ramp, w) for name, w in convolution.KERNELS.items()}
    for name in ("identity", "sharpen", "blur"):
        np.testing.assert_allclose(results[name], ramp[1:-1, 1:-1])
    assert np.all(results["left sobel"] == -8)
    assert np.all(results["bottom sobel"] == 0)
    assert np.all(results["edge"] == 0)
    assert np.all(convolution.convolve(ramp.T, convolution.KERNELS["bottom sobel"]) == 8)


def test_a_layer_of_several_channels_is_torchs():
    x, w, b = RNG.normal(size=(3, 7, 6)), RNG.normal(size=(4, 3, 3, 3)), RNG.normal(size=4)
    theirs = F.conv2d(*map(torch.from_numpy, (x[None], w, b)), padding=1)
    equal(convolution.convolve_channels(x, w, b, padding=1), theirs)


def test_linear_at_each_pixel_is_a_one_by_one_convolution():
    x, w, b = RNG.normal(size=(3, 7, 6)), RNG.normal(size=(4, 3)), RNG.normal(size=4)
    rows = convolution.linear_pixels(x, w, b)
    np.testing.assert_allclose(rows, convolution.convolve_channels(x, w[:, :, None, None], b), atol=1e-12)
    both = pixelwise(torch.device("cpu"), *map(torch.from_numpy, (x, w, b)))
    equal(rows, both["linear"])
    equal(rows, both["convolution"])
    with pytest.raises(ValueError, match="make no layer"):
        pixelwise(torch.device("cpu"), *map(torch.from_numpy, (x, w.T, b)))


def test_a_linear_layer_over_a_whole_map_is_a_convolution_of_its_size():
    """What makes a classifier fully convolutional."""
    x, w = RNG.normal(size=(2, 5, 5)), RNG.normal(size=(4, 2 * 5 * 5))
    as_convolution = convolution.convolve_channels(x, w.reshape(4, 2, 5, 5), np.zeros(4))
    np.testing.assert_allclose(as_convolution[:, 0, 0], w @ x.ravel())


def test_the_lecture_counts_404_weights():
    assert [layer.weights() for layer in layers.LECTURE] == [300, 8, 36, 8, 8, 36, 8]
    assert layers.total(layers.LECTURE) == 404
    modules = [nn.Conv2d(each.c_in, each.c_out, (each.height, each.width)) for each in layers.LECTURE]
    counted = sum(p.numel() for module in modules for p in module.parameters())
    assert layers.total(layers.LECTURE, biases=True) == counted == 424
    assert layers.mismatches(layers.LECTURE) == []


def test_layers_as_text_and_back():
    assert layers.from_text(layers.to_text(layers.LECTURE)) == layers.LECTURE
    assert layers.from_text("5·5·3·4 + 1×1×4×2") == layers.LECTURE[:2]
    assert layers.mismatches(layers.from_text("3x3x3x8 1x1x4x2")) == [1]
    for nonsense in ("", "5x5x3", "0x5x3x4", "a", "3x3x1x1 " * 13):
        with pytest.raises(ValueError):
            layers.from_text(nonsense)


def test_an_output_sees_its_receptive_field_and_nothing_else():
    stack = layers.from_text("3x3x1x1 5x5x1x1 1x1x1x1 3x3x1x1")
    x = torch.zeros(1, 1, 21, 21, requires_grad=True)
    y = x
    for layer in stack:
        y = F.conv2d(y, torch.ones(1, 1, layer.height, layer.width), padding=(layer.height // 2, layer.width // 2))
    y[0, 0, 10, 10].backward()
    seen = x.grad[0, 0].nonzero()
    assert tuple((seen.max(0).values - seen.min(0).values + 1).tolist()) == layers.receptive_field(stack) == (9, 9)


def test_the_lectures_pooling():
    values, places = pooling.max_pool(pooling.LECTURE, 2, 2)
    assert values.tolist() == [[20, 30], [112, 37]]
    assert pooling.average_pool(pooling.LECTURE, 2, 2).tolist() == [[13, 8], [79, 19.5]]
    assert np.array_equal(pooling.LECTURE.ravel()[places], values)


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 3), (3, 2), (2, 1)])
def test_pooling_and_unpooling_are_torchs(k, stride):
    values, places = pooling.max_pool(X, k, stride)
    theirs, indices = F.max_pool2d(tensor(X), k, stride, return_indices=True)
    equal(values, theirs)
    assert np.array_equal(places, indices[0, 0].numpy())
    equal(pooling.average_pool(X, k, stride), F.avg_pool2d(tensor(X), k, stride))
    if k <= stride:
        equal(
            upsampling.unpool(values, places, X.shape), F.max_unpool2d(theirs, indices, k, stride, output_size=X.shape)
        )


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_upsampling_is_torchs(factor):
    equal(upsampling.nearest(X, factor), F.interpolate(tensor(X), scale_factor=factor, mode="nearest"))
    equal(upsampling.bilinear(X, factor), F.interpolate(tensor(X), scale_factor=factor, mode="bilinear"))


@pytest.mark.parametrize(("k", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (4, 2, 1), (5, 3, 0)])
def test_a_transposed_convolution_is_torchs_and_the_gradient_of_a_convolution(k, stride, padding):
    w = RNG.normal(size=(k, k))
    ours = upsampling.transposed(X, w, stride, padding)
    equal(ours, F.conv_transpose2d(tensor(X), tensor(w), stride=stride, padding=padding))
    below = RNG.normal(size=ours.shape)
    above = convolution.convolve(below, w, padding, stride)
    assert np.vdot(above, X) == pytest.approx(np.vdot(below, ours))


@pytest.mark.parametrize(
    ("k", "stride", "even"), [(2, 2, True), (4, 2, True), (3, 3, True), (3, 2, False), (4, 3, False)]
)
def test_the_checkerboard_is_there_exactly_where_the_stride_does_not_divide_the_kernel(k, stride, even):
    meet = upsampling.stamps(8, k, stride)
    drawn = upsampling.transposed(np.ones((8, 8)), np.ones((k, k)), stride)
    assert np.array_equal(drawn, np.outer(meet, meet))
    assert (len(set(meet[k:-k].tolist())) == 1) == even


def test_each_normalisation_is_torchs():
    x = normalisation.activations(4, 6, 5, seed=0)
    t = torch.from_numpy(x)
    theirs = {
        "batch": F.batch_norm(t, None, None, training=True),
        "layer": F.layer_norm(t, t.shape[1:]),
        "instance": F.instance_norm(t),
        "group": F.group_norm(t, 3),
    }
    for kind in normalisation.KINDS:
        equal(normalisation.normalise(x, kind, 3), theirs[kind])
    equal(normalisation.normalise(x, "group", 1), theirs["layer"])
    equal(normalisation.normalise(x, "group", 6), theirs["instance"])
    with pytest.raises(ValueError, match="equal groups"):
        normalisation.normalise(x, "group", 4)


def test_only_batch_normalisation_lets_one_sample_change_another():
    x = normalisation.activations(4, 6, 5, seed=0)
    louder = x.copy()
    louder[0] *= 10
    for kind in normalisation.KINDS:
        before, after = (normalisation.normalise(each, kind, 3)[1:] for each in (x, louder))
        assert (np.abs(after - before).max() > 1e-9) == (kind == "batch")


def test_without_its_layers_a_residual_network_is_a_straight_wire():
    """h + f(h) = h where f is nothing: depth costs a residual network no gradient, and a plain one all of it."""
    x = torch.randn(8, 2)
    for residual in (False, True):
        torch.manual_seed(0)
        net = DeepNet(30, 16, residual, normalised=True)
        for layer in net.layers:
            nn.init.zeros_(layer.linear.weight)
        net(x).sum().backward()
        assert (net.into.weight.grad.norm() > 0) == residual


def test_spirals_are_two_classes_that_no_line_separates():
    x, y = spirals(256, 0)
    assert x.shape == (256, 2)
    assert y.sum() == 128
    line = np.linalg.lstsq(np.c_[x, np.ones(256)], 2 * y - 1, rcond=None)[0]
    assert np.mean((np.c_[x, np.ones(256)] @ line > 0) == y) < 0.75


def test_in_a_race_the_deep_plain_network_stays_behind():
    records = list(race(torch.device("cpu"), depth=40, normalised=True, steps=150, lr=3e-3, seed=0))
    first, last = records[0], records[-1]
    assert first.step == 1
    assert last.step == last.steps == 150
    assert [each["step"] for record in records for each in record.history] == list(range(1, 151))
    assert last.gradients.shape == (2, 40)
    assert last.maps.shape == (2, 32, 32)
    assert last.history[-1]["residual"] < 0.5 * last.history[-1]["plain"]
    assert last.accuracy[1] > last.accuracy[0]
    with pytest.raises(ValueError, match="depth"):
        next(race(torch.device("cpu"), depth=0, normalised=True, steps=10, lr=1e-3, seed=0))
