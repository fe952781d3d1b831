"""Strokes on masks: they cover what geometry says, in any size alike, and an eraser takes away what a brush gave."""

import numpy as np
import pytest

from engine.editing.strokes import Stroke, painted

DAB = Stroke(False, 0.4, ((0.5, 0.5),))
LINE = Stroke(False, 0.1, ((0.2, 0.5), (0.8, 0.5)))


def empty(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def test_a_dab_covers_a_disc():
    share = (painted(empty(200, 200), [DAB]) / 255.0).mean()
    assert share == pytest.approx(np.pi * 0.2**2, rel=0.02)


def test_a_line_covers_a_rectangle_with_round_ends():
    mask = painted(empty(100, 300), [LINE])
    area = 180 * 30 + np.pi * 15**2
    assert (mask / 255.0).sum() == pytest.approx(area, rel=0.03)
    assert mask[50, 150] == 255 and mask[50, 30] == 0 and mask[10, 150] == 0


@pytest.mark.parametrize("factor", [2, 5])
def test_the_same_strokes_cover_the_same_places_of_a_larger_picture(factor):
    strokes = [DAB, LINE, Stroke(True, 0.1, ((0.5, 0.1), (0.5, 0.9)))]
    small, large = painted(empty(90, 120), strokes), painted(empty(90 * factor, 120 * factor), strokes)
    shrunk = large.reshape(90, factor, 120, factor).mean((1, 3))
    assert np.abs(shrunk - small).mean() < 2


def test_an_eraser_takes_away_what_a_brush_gave_and_order_matters():
    rubber = Stroke(True, 0.4, ((0.5, 0.5),))
    full = np.full((60, 60), 255, np.uint8)
    assert painted(full, [rubber])[30, 30] == 0 and painted(full, [rubber])[0, 0] == 255
    assert painted(empty(60, 60), [DAB, rubber]).max() < 130
    assert painted(empty(60, 60), [rubber, DAB])[30, 30] == 255


def test_the_mask_before_stays_as_it_was():
    mask = np.random.default_rng(0).integers(0, 256, (40, 50), np.uint8)
    before = mask.copy()
    after = painted(mask, [DAB])
    assert np.array_equal(mask, before)
    assert (after >= mask).all() and (after > mask).any()
    assert np.array_equal(painted(mask, []), mask)


def test_strokes_beyond_the_edge_are_cut_off_and_far_ones_do_nothing():
    corner = painted(empty(50, 50), [Stroke(False, 0.4, ((0.0, 0.0),))])
    assert corner[0, 0] == 255 and (corner / 255.0).sum() == pytest.approx(np.pi * 10**2 / 4, rel=0.1)
    assert not painted(empty(50, 50), [Stroke(False, 0.1, ((1.5, 1.5), (2.0, 1.5)))]).any()
    assert painted(empty(1, 1), [Stroke(False, 1.0, ((0.5, 0.5),))]).shape == (1, 1)
