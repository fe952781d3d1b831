"""Words about masks: each kind of trouble is named, and what is sound is left alone."""

import numpy as np
import pytest

from engine.segmentation.agreement import agreement, shares
from engine.segmentation.diagnosis import Training, distance, histogram, of_cures, of_file, of_mask, of_picture
from engine.segmentation.spoiling import CURES, SPOILT, darkened, divided_twice, inverted, stretched, swapped

PHOTO = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
TRAINING = Training(histogram(PHOTO, 32), PHOTO.mean((0, 1)) / 255, PHOTO.std((0, 1)) / 255)


def names(picture, training=TRAINING):
    return [finding.name for finding in of_picture(picture, training)]


def test_a_picture_like_those_in_training_has_nothing_wrong():
    assert names(PHOTO) == []
    assert names(PHOTO, None) == []


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        (darkened(PHOTO), "too dark"),
        (divided_twice(PHOTO), "divided twice"),
        ((118 + PHOTO // 20).astype(np.uint8), "too pale"),
        (np.full_like(PHOTO, 120), "flat"),
        (SPOILT["tiny"](PHOTO), "too small"),
        (np.zeros_like(PHOTO), "empty"),
    ],
)
def test_a_spoilt_picture_is_named(spoilt, expected):
    assert expected in names(spoilt)


def test_every_way_of_spoiling_gives_a_picture_and_the_symmetric_ones_undo_themselves():
    for change in (SPOILT | CURES).values():
        changed = change(PHOTO)
        assert changed.dtype == np.uint8
        assert changed.ndim == 3
        assert changed.shape[2] == 3
    for change in (inverted, swapped, SPOILT["upside down"]):
        assert np.array_equal(change(change(PHOTO)), PHOTO)
    assert np.array_equal(CURES["turned right"](SPOILT["on its side"](PHOTO)), PHOTO)


def test_stretching_brings_a_dark_picture_back_to_the_whole_range():
    bright = stretched(darkened(PHOTO))
    assert bright.min() == 0
    assert bright.max() == 255
    assert abs(bright.mean() - PHOTO.mean()) < 10


def test_the_earth_movers_distance_of_two_single_values_is_how_far_they_lie_apart():
    low, high = (np.full((4, 4, 3), value, np.uint8) for value in (0, 255))
    assert distance(histogram(low, 256), histogram(high, 256)) == pytest.approx(255 / 256)
    assert distance(histogram(PHOTO, 32), histogram(PHOTO, 32)) == 0


@pytest.mark.parametrize(
    ("highest", "threshold", "expected"),
    [
        (0.05, 0.5, "nothing there"), (0.4, 0.5, "below the threshold"), (0.9, 0.95, "below the threshold"),
        (0.9, 0.5, "not black"),
    ],
)  # fmt: skip
def test_a_mask_is_told_by_its_largest_probability(highest, threshold, expected):
    p = np.full((50, 50), 0.01)
    p[:10] = highest
    finding = of_mask(p, threshold, "person")
    assert finding.name == expected
    if expected == "below the threshold":
        assert f"{highest:.2f}" in finding.text


def test_a_single_pixel_is_a_speck_and_a_full_mask_is_white():
    p = np.zeros((100, 100))
    p[0, 0] = 1
    assert of_mask(p, 0.5, "person").name == "a speck"
    assert of_mask(np.ones((9, 9)), 0.5, "person").name == "all white"


def test_a_cure_counts_only_if_far_more_is_found():
    found = of_cures(0.01, {"inverted": 0.3, "turned right": 0.02, "red and blue exchanged": 0.0})
    assert [finding.name for finding in found] == ["finds more: inverted"]
    assert "30.0 %" in found[0].text


def test_class_numbers_saved_as_grey_are_recognised_with_their_names():
    mask = np.zeros((20, 20, 3), np.uint8)
    mask[:5], mask[5:9] = 3, 1
    finding = of_file(mask, ("background", "hair", "skin", "upper body"))
    assert finding.name == "class numbers"
    assert "0, 1, 3 (background, hair, upper body)" in finding.text
    assert of_file(np.zeros((9, 9), np.uint8)).name == "really black"
    assert of_file(np.linspace(0, 50, 900).astype(np.uint8).reshape(30, 30)).name == "dark"
    assert of_file(255 * (PHOTO > 128).astype(np.uint8)).name == "visible"


def test_agreement_of_a_mask_with_itself_is_one_and_counts_by_hand():
    one = np.array([[0, 0, 1], [1, 1, 2]])
    other = np.array([[0, 1, 1], [1, 1, 0]])
    assert np.array_equal(agreement(one, one, 4), [1, 1, 1, np.nan], equal_nan=True)
    assert agreement(one, other, 4) == pytest.approx([1 / 3, 3 / 4, 0, np.nan], nan_ok=True)
    assert shares(one, 4) == pytest.approx([2 / 6, 3 / 6, 1 / 6, 0])
