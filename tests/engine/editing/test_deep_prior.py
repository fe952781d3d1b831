"""The deep image prior, on small pictures that are drawn here."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.editing import live
from engine.editing.deep_prior import fit, masked, shrunk
from engine.editing.live import restore
from engine.scenes import draw, scene

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def photo() -> Tensor:
    """A scene, uint8 (64, 64, 3)."""
    return torch.from_numpy(draw(scene(0, 3)).image).permute(1, 2, 0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that ticks a second each time it is read, so that a record is due after every step."""
    ticks = count()
    monkeypatch.setattr(live, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))


def inside(photo: Tensor) -> Tensor:
    return photo.permute(2, 0, 1)[None].float() / 255


def test_misfits_are_zero_where_all_that_is_known_agrees(photo: Tensor):
    x = inside(photo)
    keep = torch.ones(1, 1, 64, 64, dtype=torch.bool)
    keep[..., :20, :20] = False
    changed = x.clone()
    changed[..., :20, :20] += 0.5
    assert masked(x)(x) == 0
    assert masked(x)(changed) > 0.01
    assert masked(x, keep)(changed) == 0
    small = torch.nn.functional.avg_pool2d(x, 4)
    assert shrunk(small, 4)(x) == 0
    torch.testing.assert_close(masked(x, keep)(x + 0.1), torch.tensor(0.01))


def test_a_hole_is_filled_from_what_surrounds_it(photo: Tensor):
    """Better than with the picture's mean colour, though nobody showed it what lies there."""
    x, hole = inside(photo), torch.zeros(1, 1, 64, 64, dtype=torch.bool)
    hole[..., 20:28, 30:40] = True
    *_, last = fit(masked(x, ~hole), 64, 64, CPU, seed=0, steps=150)
    error = ((last.average - x).square() * hole).sum() / (3 * hole.sum())
    mean = (x * ~hole).sum((2, 3), keepdim=True) / (~hole).sum()
    of_mean = ((mean - x).square() * hole).sum() / (3 * hole.sum())
    assert last.misfit < 0.01
    assert error < 0.5 * of_mean


def test_structure_comes_before_noise(photo: Tensor):
    """After as many steps a picture is explained, pure noise is not: that is why stopping in time denoises."""
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    *_, whole = fit(masked(inside(photo)), 64, 64, CPU, seed=0, steps=60)
    *_, rough = fit(masked(noise), 64, 64, CPU, seed=0, steps=60)
    assert whole.misfit / inside(photo).var() < 0.5 * rough.misfit / noise.var()


def test_the_network_wants_sizes_that_it_can_halve():
    with pytest.raises(ValueError, match="multiples of 16; they are 60 and 64"):
        next(fit(masked(torch.zeros(1, 3, 60, 64)), 60, 64, CPU, 0, 1))


@pytest.mark.usefixtures("clock")
def test_a_restoration_of_any_size_is_streamed(photo: Tensor):
    small = photo[:50, :39]
    records = list(restore(CPU, small, "denoise", steps=3, seed=0, truth=small))
    assert [record.step for record in records] == [1, 2, 3]
    assert records[-1].picture.shape == records[-1].best.shape == (50, 39, 3)
    assert [line["step"] for record in records for line in record.history] == [1, 2, 3]
    line = records[-1].history[-1]
    error = np.square(records[-1].picture / 255.0 - small.numpy() / 255.0).mean()
    assert line["psnr"] == pytest.approx(-10 * np.log10(error), abs=0.1)


@pytest.mark.usefixtures("clock")
def test_enlarging_makes_it_larger(photo: Tensor):
    *_, last = restore(CPU, photo[:20, :30], "enlarge", steps=2, seed=0, factor=3)
    assert last.picture.shape == (60, 90, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "sharpen"}, "The tasks are denoise, inpaint, enlarge, not 'sharpen'"),
        ({"task": "inpaint"}, "Nothing is marked"),
        ({"task": "inpaint", "keep": torch.ones(64, 64, dtype=torch.bool)}, "Nothing is marked"),
        ({"task": "enlarge", "factor": 9}, "factor lies in 2…8"),
        ({"steps": 0}, "steps in 1…20,000"),
        ({"photo": torch.zeros(64, 64, dtype=torch.uint8)}, "must be in colour"),
        ({"photo": torch.zeros(600, 64, 3, dtype=torch.uint8)}, "at most 512 pixels; it would be 600"),
    ],
)
def test_what_makes_no_sense_is_refused(photo: Tensor, change: dict, message: str):
    arguments = {"photo": photo, "task": "denoise", "steps": 2, "seed": 0} | change
    with pytest.raises(ValueError, match=message):
        next(restore(CPU, **arguments))
