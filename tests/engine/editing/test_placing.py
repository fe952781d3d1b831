"""What a model sees of a photo, and how its picture comes back: nothing outside the mask may change."""

import numpy as np
import pytest

from engine.editing.placing import put_back, seen, window

PHOTO = np.random.default_rng(0).integers(0, 256, (300, 500, 3), np.uint8)


def mask(rows: slice, columns: slice) -> np.ndarray:
    """A mask with one opaque rectangle."""
    opacity = np.zeros(PHOTO.shape[:2], np.uint8)
    opacity[rows, columns] = 255
    return opacity


@pytest.mark.parametrize("rows, columns", [
    (slice(100, 140), slice(200, 260)), (slice(0, 5), slice(0, 5)), (slice(290, 300), slice(480, 500)),
    (slice(0, 300), slice(10, 490)), (slice(0, 300), slice(0, 500)),
])  # fmt: skip
def test_the_window_holds_the_mask_and_lies_in_the_photo(rows, columns):
    where = window(mask(rows, columns), least=128)
    for side, marked, limit in zip(where, (rows, columns), PHOTO.shape, strict=False):
        assert 0 <= side.start <= marked.start and marked.stop <= side.stop <= limit
        assert side.stop - side.start >= min(128, limit)
    assert PHOTO[where].shape[:2] == tuple(side.stop - side.start for side in where)


def test_a_small_mask_gets_surroundings_on_every_side():
    where = window(mask(slice(140, 160), slice(240, 260)))
    assert where == (slice(125, 175), slice(225, 275))


def test_without_a_mask_all_is_seen_and_all_may_change():
    nothing = np.zeros(PHOTO.shape[:2], np.uint8)
    where = window(nothing)
    assert PHOTO[where].shape == PHOTO.shape
    assert (put_back(PHOTO, np.full((30, 50, 3), 7, np.uint8), where, nothing) == 7).all()


def test_outside_the_mask_every_bit_stays_and_inside_stands_the_model():
    opacity = mask(slice(100, 140), slice(200, 260))
    opacity[140] = opacity[100] // 2
    where = window(opacity)
    out = put_back(PHOTO, np.full((16, 16, 3), 9, np.uint8), where, opacity)
    assert np.array_equal(out[opacity == 0], PHOTO[opacity == 0])
    assert (out[opacity == 255] == 9).all()
    half = PHOTO[140, 200:260].astype(int) + (9 - PHOTO[140, 200:260].astype(int)) * 127 / 255
    assert np.abs(out[140, 200:260] - half).max() <= 1


def test_what_is_seen_is_made_smaller_and_keeps_every_marked_pixel():
    opacity = mask(slice(100, 101), slice(200, 201))
    part, hole = seen(PHOTO, opacity, window(np.zeros_like(opacity)), 50)
    assert part.shape == (30, 50, 3) and hole.shape == (30, 50)
    assert hole.sum() == 1 and hole[10, 20]
    part, hole = seen(PHOTO, opacity, window(opacity, 64), 512)
    assert np.array_equal(part, PHOTO[window(opacity, 64)]) and hole.sum() == 1
