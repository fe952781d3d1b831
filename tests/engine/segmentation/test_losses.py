import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.segmentation.borders import border_weights, two_nearest
from engine.segmentation.classes import IGNORED
from engine.segmentation.losses import cross_entropy, dice, focal
from engine.segmentation.objectives import Segment, against_background

LOG3 = float(np.log(3))
LOGITS = torch.tensor([[[[0.0, LOG3, 0.0]], [[0.0, 0.0, LOG3]]]])
"""Three pixels with p(class 1) = 1/2, 1/4 and 3/4."""


def test_cross_entropy_is_the_mean_of_minus_log_p():
    loss = cross_entropy(LOGITS, torch.tensor([[[0, 0, 1]]]))
    assert float(loss) == pytest.approx(-(np.log(1 / 2) + 2 * np.log(3 / 4)) / 3)


def test_weights_weigh_and_ignored_pixels_do_not_count_at_all():
    y, weights = torch.tensor([[[0, 0, IGNORED]]]), torch.tensor([[[3.0, 1.0, 100.0]]])
    loss = cross_entropy(LOGITS, y, weights)
    assert float(loss) == pytest.approx(-(3 * np.log(1 / 2) + np.log(3 / 4)) / 4)
    logits = LOGITS.clone().requires_grad_()
    (cross_entropy(logits, y) + dice(logits.softmax(1), y) + focal(logits, y)).backward()
    assert float(logits.grad[..., 2].abs().max()) == 0
    assert float(logits.grad[..., 0].abs().min()) > 0


def test_focal_scales_each_pixel_by_how_wrong_it_is():
    loss = focal(LOGITS, torch.tensor([[[0, 0, 0]]]), gamma=2)
    terms = [(1 - p) ** 2 * -np.log(p) for p in (1 / 2, 3 / 4, 1 / 4)]
    assert float(loss) == pytest.approx(np.mean(terms), rel=1e-5)
    assert float(focal(LOGITS, torch.tensor([[[0, 0, 1]]]), gamma=0)) == pytest.approx(
        float(cross_entropy(LOGITS, torch.tensor([[[0, 0, 1]]])))
    )


def test_dice_by_hand():
    loss = dice(LOGITS.softmax(1), torch.tensor([[[0, 0, 1]]]))
    background = 2 * (1 / 2 + 3 / 4) / (1 / 2 + 3 / 4 + 1 / 4 + 2)
    thing = 2 * (3 / 4) / (1 / 2 + 1 / 4 + 3 / 4 + 1)
    assert float(loss) == pytest.approx(1 - (background + thing) / 2)


def test_dice_of_a_perfect_answer_is_zero_and_absent_classes_do_not_count():
    y = torch.tensor([[[0, 2, 2]]])
    logits = 50 * F.one_hot(y, 4).movedim(-1, 1).float()
    assert float(dice(logits.softmax(1), y)) == pytest.approx(0, abs=1e-6)


def test_a_person_is_the_sum_of_its_parts():
    p = torch.tensor([0.2, 0.3, 0.5]).view(1, 3, 1, 1)
    binary, y = against_background(p, torch.tensor([[[2]]]))
    np.testing.assert_allclose(binary.flatten(), [0.2, 0.8])
    assert y.item() == 1
    assert against_background(p, torch.tensor([[[IGNORED]]]))[1].item() == IGNORED


def test_border_weights_are_equation_2():
    instances = np.zeros((1, 11), int)
    instances[0, :3], instances[0, 8:] = 1, 2
    w = border_weights(instances, w0=10, sigma=5, class_weights=(0.5, 2.0))[0]
    np.testing.assert_allclose(w[[0, 9]], 2)
    for x in range(3, 8):
        d1, d2 = sorted((x - 2, 8 - x))
        assert w[x] == pytest.approx(0.5 + 10 * np.exp(-((d1 + d2) ** 2) / 50))


def test_distances_in_windows_equal_distances_in_the_whole_picture():
    rng = np.random.default_rng(0)
    instances = np.zeros((60, 60), int)
    for number in range(1, 8):
        row, column = rng.integers(0, 54, 2)
        instances[row : row + 5, column : column + 4] = number
    exact, windowed = two_nearest(instances), two_nearest(instances, reach=9)
    places = np.indices((60, 60))[:, None]
    cells = (np.argwhere(instances == number).T[:, :, None, None] for number in range(1, 8))
    distances = np.stack([np.sqrt(((places - cell) ** 2).sum(0)).min(0) for cell in cells])
    for order, (whole, part) in enumerate(zip(exact, windowed, strict=True)):
        np.testing.assert_allclose(whole, np.sort(distances, 0)[order])
        near = whole <= 9
        np.testing.assert_allclose(part[near], whole[near])


def test_a_lone_cell_has_no_border_to_keep():
    instances = np.zeros((9, 9), int)
    instances[2:5, 2:5] = 4
    np.testing.assert_array_equal(border_weights(instances), 1)


def test_a_thinned_loss_has_the_same_mean():
    torch.manual_seed(0)
    logits, y = torch.randn(1, 3, 8, 8), torch.randint(3, (1, 8, 8))
    whole, thin = Segment(dice=0.0), Segment(dice=0.0, thinned=2)
    batch = torch.zeros(1, 3, 8, 8), y
    drawn = {round(float(thin(lambda _: logits, batch, 0.0)["loss"]), 5) for _ in range(40)}
    assert len(drawn) == 4
    assert np.mean(list(drawn)) == pytest.approx(float(whole(lambda _: logits, batch, 0.0)["loss"]), abs=1e-4)
