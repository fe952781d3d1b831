import numpy as np

from engine.segmentation.borders import two_nearest
from engine.segmentation.cells import drawn_cells, narrow_gaps, parted
from engine.segmentation.instances import components


def test_drawn_cells_are_separate_pieces_of_one_number_each():
    for seed in range(5):
        cells = drawn_cells(seed)
        numbers = np.unique(cells[cells > 0])
        assert len(numbers) == 12
        assert len(np.unique(components(cells > 0))) - 1 >= len(numbers)
        for number in numbers:
            assert len(np.unique(components(cells == number))) == 2


def test_some_drawn_cells_nearly_touch():
    nearest, second = two_nearest(drawn_cells(0))
    between = drawn_cells(0) == 0
    assert (nearest + second)[between].min() <= 4


def test_pieces_that_touch_are_parted_and_others_left_alone():
    touching = np.array([[1, 1, 2, 2], [1, 1, 2, 2], [0, 0, 0, 0], [3, 3, 0, 4]])
    cut = parted(touching)
    assert not ((cut[:, :-1] != cut[:, 1:]) & (cut[:, :-1] > 0) & (cut[:, 1:] > 0)).any()
    assert (cut[3] == touching[3]).all()
    assert (parted(cut) == cut).all()


def test_narrow_gaps_join_what_they_lie_between():
    cells = np.zeros((40, 40), int)
    cells[5:35, 5:19], cells[5:35, 21:35] = 1, 2
    gaps = narrow_gaps(cells)
    assert gaps[8:32, 19:21].all()
    assert not gaps[:, :5].any()
    assert len(np.unique(components((cells > 0) | gaps))) == 2
    cells[:, 21:] = 0
    assert not narrow_gaps(cells)[8:32, 19:].any()
