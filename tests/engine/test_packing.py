"""Weights in a byte a number: how much is lost, and what is never touched."""

import numpy as np
import pytest

from engine.packing import BLOCK, LARGE, SCALE, pack, unpack

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(64, 64), (LARGE + 7,), (3, 40, 5, 7, 2)])
def test_a_packed_number_is_off_by_half_a_step_at_most(shape):
    x = RANDOM.standard_normal(shape).astype(np.float32)
    packed = pack({"x": x})
    assert packed["x"].dtype == np.int8 and packed["x"].shape == shape
    steps = np.repeat(packed["x" + SCALE].astype(np.float32), BLOCK)[: x.size].reshape(shape)
    back = unpack(packed)["x"]
    assert back.dtype == np.float32
    # half a step, and the rounding of the scale itself to float16
    assert (np.abs(back - x) <= steps * (0.5 + 127 * 2.0**-11) + 1e-7).all()
    assert np.sqrt(np.mean((back - x) ** 2)) < 0.01 * x.std()


def test_blocks_do_not_disturb_each_other():
    x = np.full(LARGE, 1e-3, np.float32)
    x[0] = 1000.0
    back = unpack(pack({"x": x}))["x"]
    assert np.allclose(back[BLOCK:], 1e-3, rtol=1e-3)
    assert np.isclose(back[0], 1000.0, rtol=1e-3)


def test_packing_twice_changes_nothing_more():
    once = unpack(pack({"x": RANDOM.standard_normal(LARGE).astype(np.float32)}))
    assert np.allclose(unpack(pack(once))["x"], once["x"], rtol=0, atol=1e-6 * np.abs(once["x"]).max() + 1e-3 / 127)


def test_small_whole_and_zero_tensors():
    tensors = {
        "bias": RANDOM.standard_normal(LARGE - 1).astype(np.float32),
        "count": np.arange(LARGE * 2),
        "nothing": np.zeros((80, 80), np.float32),
    }
    packed, back = pack(tensors), unpack(pack(tensors))
    assert packed["bias"].dtype == np.float16 and np.array_equal(back["bias"], tensors["bias"].astype(np.float16))
    assert np.array_equal(back["count"], tensors["count"])
    assert np.array_equal(back["nothing"], tensors["nothing"])
    assert back.keys() == tensors.keys()


def test_weights_of_before_are_read_as_they_are():
    old = {"kernel": RANDOM.standard_normal((80, 80)).astype(np.float16)}
    assert unpack(old)["kernel"] is old["kernel"]
