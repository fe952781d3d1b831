"""Holes in photos, filled with the smoothest surface."""

import numpy as np
import pytest

from engine.editing.mending import MOST, mend

HOLE = np.zeros((48, 60), bool)
HOLE[20:28, 30:41] = True


def test_a_slope_is_continued_through_the_hole():
    """Δ²u = 0 and the tones around allow the plane itself."""
    rows, columns = np.mgrid[:48, :60]
    plane = np.stack([3 * rows, 4 * columns, 2 * rows + columns], -1).astype(np.uint8)
    damaged = plane.copy()
    damaged[HOLE] = 255
    assert np.abs(mend(damaged, HOLE).astype(int) - plane).max() <= 1


def test_what_is_not_marked_stays_to_the_last_bit():
    photo = np.random.default_rng(0).integers(0, 256, (48, 60, 3), np.uint8)
    mended = mend(photo, HOLE)
    assert np.array_equal(mended[~HOLE], photo[~HOLE])
    assert not np.array_equal(mended[HOLE], photo[HOLE])
    assert np.array_equal(photo, np.random.default_rng(0).integers(0, 256, (48, 60, 3), np.uint8))


def test_what_is_under_the_mark_does_not_matter():
    photo = np.random.default_rng(0).integers(0, 256, (48, 60, 3), np.uint8)
    other = photo.copy()
    other[HOLE] = 0
    assert np.array_equal(mend(photo, HOLE), mend(other, HOLE))


@pytest.mark.parametrize(
    ("hole", "message"),
    [
        (np.zeros((300, 300), bool), "Nothing is marked"),
        (np.ones((300, 300), bool), "Everything is marked"),
        (np.arange(90_000).reshape(300, 300) <= MOST, "mark less than 40,000 pixels"),
    ],
)
def test_impossible_holes_are_refused(hole: np.ndarray, message: str):
    with pytest.raises(ValueError, match=message):
        mend(np.zeros((300, 300, 3), np.uint8), hole)
