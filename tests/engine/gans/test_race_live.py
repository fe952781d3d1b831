"""The live race as a page asks for it: through the host, in records, from state to state."""

from dataclasses import asdict

import numpy as np
import pytest
import torch

from engine.errors import BadRequest
from engine.gans.coverage import coverage
from engine.gans.methods import METHODS, Settings
from engine.gans.toys import TOYS, window
from engine.host import Host

SMALL = asdict(Settings(batch=16, width=8, layers=2, horizon=0, ema=0.0, lr_d=1e-3, lr_g=1e-3))
HOST = Host(torch.device("cpu"))


def ask(methods=("vanilla", "r3"), toy="ring", steps=4, **changes):
    data = TOYS[toy]()
    arguments = {"methods": list(methods), "centres": data.centres, "spread": data.spread, "modes": data.modes}
    return HOST.stream("gans", "race", arguments | {"steps": steps} | SMALL | changes)


def test_records_hold_what_they_promise():
    first, *_, last = ask(METHODS.keys() - {"unrolled", "ls", "hinge", "wgan", "pac2"}, toy="moons")
    lanes = len(METHODS) - 5
    assert (first.step, last.step, last.steps) == (0, 4, 4)
    assert last.fakes.shape == (lanes, 512, 2) and last.fakes.dtype == np.float16
    assert last.landscape.shape == (lanes, 48, 48) and last.landscape.dtype == np.uint8
    assert last.arrows.shape == (lanes, 96, 4) and last.arrows.dtype == np.float16
    assert last.window == window(TOYS["moons"]().centres)
    assert last.shares.shape == (lanes, 8)
    np.testing.assert_allclose(last.shares.sum(1), 1, atol=1e-6)
    assert last.stopped == [""] * lanes
    np.testing.assert_array_equal(last.arrows[:, :, :2], last.fakes[:, :96])


def test_histories_of_all_records_add_up_to_one_column_a_step():
    records = list(ask(steps=6))
    whole = {name: np.concatenate([record.history[name] for record in records], 1) for name in records[0].history}
    assert all(values.shape == (2, 6) and np.isfinite(values).all() for values in whole.values())
    assert ((whole["d_real"] > 0) & (whole["d_real"] < 1)).all()


def test_a_state_given_back_goes_on_to_the_same_numbers():
    straight = list(ask(steps=6))[-1]
    halfway = list(ask(steps=3))[-1]
    resumed = list(ask(steps=3, state=halfway.state))
    assert (resumed[0].step, resumed[-1].step, resumed[-1].steps) == (3, 6, 6)
    assert resumed[-1].state == straight.state
    np.testing.assert_array_equal(resumed[0].fakes, halfway.fakes)
    np.testing.assert_array_equal(resumed[-1].landscape, straight.landscape)


def test_only_one_side_moves():
    halfway = list(ask(steps=1))[-1]
    moved = list(ask(steps=1, state=halfway.state, only="discriminator"))[-1]
    np.testing.assert_array_equal(moved.fakes, halfway.fakes)
    assert (moved.landscape != halfway.landscape).any()
    assert np.isfinite(moved.history["d_loss"]).all() and np.isnan(moved.history["g_loss"]).all()


def test_a_lane_that_diverges_is_named_and_the_other_goes_on():
    last = list(ask(("wgan", "ls"), steps=40, lr_d=0.1, lr_g=0.1))[-1]
    assert last.step == 40 and last.stopped[0] == ""  # clipped weights cannot run away
    last = list(ask(("ls", "vanilla"), steps=1, state=_broken(("ls", "vanilla"), lane=0)))[-1]
    assert "Least squares diverged" in last.stopped[0] and last.stopped[1] == ""
    assert np.isfinite(last.fakes).all()
    assert np.isnan(last.history["d_loss"][0]).all() and np.isfinite(last.history["d_loss"][1]).all()


def _broken(methods, lane: int) -> bytes:
    from safetensors.torch import load, save

    tensors = load(list(ask(methods, steps=1))[-1].state)
    tensors["discriminator.theta"][lane, 0] = torch.inf
    return save(tensors)


def test_counts_are_those_of_the_coverage():
    toy = TOYS["imbalanced"]()
    record = list(ask(("ns",), toy="imbalanced", steps=2))[-1]
    near = coverage(record.fakes[0].astype(float), toy)  # 512 of the 2,000 points that were counted
    assert record.shares[0] == pytest.approx(near.shares, abs=0.12)
    assert record.modes.shape == record.high_quality.shape == record.reverse_kl.shape == record.js.shape == (1,)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"methods": ["magic"]}, "methods out of"),
        ({"methods": []}, "methods out of"),
        ({"methods": ["ns"] * 9}, "1 to 8 methods"),
        ({"centres": np.zeros((0, 2))}, "draw some"),
        ({"centres": np.full((3, 2), np.nan), "modes": None}, "within"),
        ({"spread": 0.0}, "spread"),
        ({"modes": np.arange(3)}, "number of its mode"),
        ({"steps": -1}, "steps"),
        ({"only": "both"}, "alone"),
        ({"width": 10_000}, "'width'"),
        ({"lr_d": float("nan")}, "'lr_d'"),
        ({"beauty": 1}, "no setting 'beauty'"),
        ({"state": b"x"}, "other lanes or networks"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(changes, sentence):
    with pytest.raises(BadRequest, match=sentence):
        list(ask(**changes))
