"""What is done with a mask: the subject stays to the last bit, and only what is behind changes, or the other way."""

import numpy as np
import pytest

from engine.segmentation.retouching import blurred_behind, covering, cut, firm, recoloured, replaced
from engine.segmentation.spoiling import LUMA

PHOTO = np.random.default_rng(1).integers(0, 256, (40, 60, 3), np.uint8)
OPACITY = np.zeros((40, 60), np.uint8)
OPACITY[10:30, 20:40] = 255
INSIDE, OUTSIDE = OPACITY == 255, OPACITY == 0


def test_firmness_decides_doubts_and_leaves_what_is_sure():
    levels = np.arange(256, dtype=np.uint8)[None]
    assert np.array_equal(firm(levels, 1.0), levels)
    hard = firm(levels, 4.0)[0]
    assert (np.diff(hard.astype(int)) >= 0).all()
    assert (hard[:95] == 0).all()
    assert (hard[160:] == 255).all()
    assert abs(int(hard[127]) + int(hard[128]) - 255) <= 1


def test_a_cut_out_keeps_the_subject_and_forgets_the_rest():
    made = cut(PHOTO, OPACITY)
    assert np.array_equal(made[INSIDE, :3], PHOTO[INSIDE])
    assert not made[OUTSIDE].any()
    assert np.array_equal(made[..., 3], OPACITY)


def test_another_background_takes_the_place_of_what_is_behind_and_only_of_that():
    made = replaced(PHOTO, OPACITY, np.full((7, 5, 3), (10, 20, 30), np.uint8))
    assert np.array_equal(made[INSIDE], PHOTO[INSIDE])
    assert (made[OUTSIDE] == (10, 20, 30)).all()


def test_half_an_opacity_mixes_half_and_half():
    half = np.full(OPACITY.shape, 128, np.uint8)
    black, white = (np.full_like(PHOTO, value) for value in (0, 255))
    assert (replaced(white, half, black) == 128).all()


def test_a_background_covers_without_being_squeezed():
    wide = np.zeros((10, 40, 3), np.uint8)
    wide[:, 15:25] = 255  # the middle square, and no more
    filled = np.asarray(covering(wide, (50, 50)))
    assert filled.shape == (50, 50, 3)
    assert (filled[:, 4:-4] == 255).all()
    assert filled[:, 0].max() < 255


def test_blur_takes_nothing_from_the_subject_into_the_background():
    photo = np.where(OPACITY[..., None] > 0, np.uint8([255, 0, 0]), np.uint8([0, 0, 255])).astype(np.uint8)
    made = blurred_behind(photo, OPACITY, 6)
    assert np.array_equal(made[INSIDE], photo[INSIDE])
    assert made[OUTSIDE][:, 0].max() <= 2
    assert made[OUTSIDE][:, 2].min() >= 253


def test_blur_flattens_what_is_behind():
    assert blurred_behind(PHOTO, OPACITY, 5)[OUTSIDE].std() < 0.3 * PHOTO[OUTSIDE].std()


def test_dye_has_the_hue_asked_for_and_keeps_the_shading():
    shaded = np.repeat(np.linspace(60, 120, 60).astype(np.uint8)[None, :, None], 40, 0).repeat(3, 2)
    made = recoloured(shaded, OPACITY, (0, 114, 178), 1.0)
    assert np.array_equal(made[OUTSIDE], shaded[OUTSIDE])
    assert (made[INSIDE][:, 0] == 0).all()
    assert made[INSIDE].astype(float).mean(0)[1:] == pytest.approx((114, 178), abs=1)
    before, after = (picture[20, 20:40] @ LUMA for picture in (shaded, made))
    assert np.corrcoef(before, after)[0, 1] > 0.999


def test_no_subject_or_no_strength_leaves_the_picture_alone():
    assert np.array_equal(recoloured(PHOTO, np.zeros_like(OPACITY), (255, 0, 0), 1.0), PHOTO)
    assert np.array_equal(recoloured(PHOTO, OPACITY, (255, 0, 0), 0.0), PHOTO)
