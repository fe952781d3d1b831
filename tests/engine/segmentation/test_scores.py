import numpy as np
import pytest
import torch

from engine.segmentation.classes import IGNORED
from engine.segmentation.instances import components, matches, overlaps, watershed
from engine.segmentation.scores import confusion, dice, iou, mean_iou


def discs(*circles: tuple[float, float, float], side: int = 64) -> np.ndarray:
    rows, columns = np.indices((side, side))
    return np.any([(rows - r) ** 2 + (columns - c) ** 2 <= radius**2 for r, c, radius in circles], 0)


def test_iou_and_dice_by_hand():
    found, true = torch.tensor([0, 1, 1, 1, 2, 2]), torch.tensor([0, 0, 1, 1, 1, IGNORED])
    counts = confusion(found, true, 4)
    np.testing.assert_array_equal(counts, [[1, 1, 0, 0], [0, 2, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(iou(counts), [1 / 2, 2 / 4, 0, np.nan])
    np.testing.assert_allclose(dice(counts), [2 / 3, 4 / 6, 0, np.nan])
    assert mean_iou(counts) == pytest.approx(1 / 3)


def test_counts_of_parts_add_up_to_those_of_the_whole():
    torch.manual_seed(0)
    found, true = torch.randint(3, (2, 50, 50))
    parts = sum(confusion(f, t, 3) for f, t in zip(found.split(10), true.split(10), strict=True))
    assert torch.equal(parts, confusion(found, true, 3))


def test_two_discs_that_touch_are_one_piece_but_two_basins():
    mask = discs((32, 20, 12), (32, 43, 12))
    assert components(mask).max() == 1
    basins = watershed(mask)
    assert len(np.unique(basins[mask])) == 2
    assert basins[32, 20] != basins[32, 43]
    assert np.array_equal(basins > 0, mask)


def test_a_disc_alone_stays_whole_and_specks_are_dropped():
    mask = discs((30, 30, 14))
    mask[60, 60] = True
    assert len(np.unique(watershed(mask))) == 2
    assert components(mask)[60, 60] == 0
    assert not watershed(np.zeros((9, 9), bool)).any()


def test_instances_match_when_they_overlap_by_more_than_half():
    true = np.zeros((10, 20), int)
    true[:, :6], true[:, 10:16] = 1, 5
    found = np.zeros_like(true)
    found[:, 1:6], found[:, 14:20] = 3, 1
    table = overlaps(found, true)
    assert table[2, 0] == pytest.approx(5 / 6)
    assert table[0, 4] == pytest.approx(2 / 10)
    assert matches(found, true) == (1, 1, 1)
    assert matches(true, true) == (2, 0, 0)
