import numpy as np
import pytest
import torch

from engine.segmentation.classes import IGNORED
from engine.segmentation.data import Photo
from engine.segmentation.pasting import Cut, Scenery, nobody, over, people_in_scenes, soft
from engine.segmentation.photometry import compressed, dct_matrix, photographed, recoloured
from engine.segmentation.warps import Warp, crops, pooled, sample, sample_mask

STILL = Warp((1.0, 1.0), turn=0, stretch=1, mirror=False)
GREEN, RED = (0, 200, 0), (200, 0, 0)


def photo(height: int, width: int, colour: tuple[int, int, int], label: int, seed: int = 0) -> Photo:
    """A grey photo with a rectangle of one colour and class in its middle."""
    image = np.random.default_rng(seed).integers(90, 110, (height, width, 3)).astype(np.uint8)
    mask = np.zeros((height, width), np.uint8)
    inner = slice(height // 4, 3 * height // 4), slice(width // 4, 3 * width // 4)
    image[inner], mask[inner] = colour, label
    return Photo(image, mask)


def test_a_crop_without_any_change_is_the_photo():
    pool = pooled([photo(32, 32, GREEN, 3)])
    chosen = torch.tensor([0])
    grid, zoom = crops(pool.boxes, 32, 32, STILL)
    grid = grid - grid.mean((1, 2), keepdim=True)
    torch.testing.assert_close(sample(pool, chosen, grid, zoom), pool.images.float() / 255, atol=1e-5, rtol=0)
    assert torch.equal(sample_mask(pool, chosen, grid), pool.masks.long())


def test_picture_and_mask_stay_together_through_any_warp():
    torch.manual_seed(0)
    pool = pooled([photo(40, 24, GREEN, 3)])
    chosen = torch.zeros(16, dtype=torch.long)
    grid, zoom = crops(pool.boxes[chosen], 40, 32, Warp((0.8, 3.0), turn=40, stretch=1.3, upside_down=True, roam=0.3))
    x, y = sample(pool, chosen, grid, zoom), sample_mask(pool, chosen, grid)
    green = (x[:, 1] > 0.6) & (x[:, 0] < 0.2)
    assert float((green == (y == 3)).float().mean()) > 0.97
    assert 0.1 < float((y == 3).float().mean()) < 0.9


def test_zoom_enlarges_by_as_much_as_it_says():
    pool = pooled([photo(64, 64, GREEN, 1)])
    chosen = torch.tensor([0])
    for zoom in (0.5, 1.0, 2.0):
        grid, _ = crops(pool.boxes, 64, 64, Warp((zoom, zoom), 0, 1, False))
        step = (grid[0, 0, 1, 0] - grid[0, 0, 0, 0]) * 32
        assert float(step) == pytest.approx(1 / zoom, rel=1e-4)
        assert sample_mask(pool, chosen, grid).shape == (1, 64, 64)


def test_boxes_lie_around_things():
    pool = pooled([photo(32, 16, GREEN, 2)], around_things=True)
    assert pool.boxes[0].tolist() == [8, 8 + 4, 23, 8 + 11]
    empty = Photo(np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.uint8))
    assert pooled([empty], around_things=True).boxes[0].tolist() == [0, 0, 7, 7]


def test_the_cosine_basis_is_orthonormal_and_coarse_steps_lose_detail():
    basis = dct_matrix()
    torch.testing.assert_close(basis @ basis.T, torch.eye(8), atol=1e-5, rtol=0)
    torch.manual_seed(0)
    x = torch.rand(4, 3, 16, 16)
    squeezed = compressed(x.clone(), share=1.0)
    assert 0.005 < float((squeezed - x).abs().mean()) < 0.2
    flat = torch.full((4, 3, 16, 16), 0.5)
    assert float((compressed(flat.clone(), share=1.0) - flat).abs().max()) < 0.05


def test_cameras_keep_pictures_in_range_and_no_strength_changes_nothing():
    torch.manual_seed(0)
    x = torch.rand(32, 3, 16, 16)
    y = photographed(x.clone())
    assert float(y.min()) >= 0
    assert float(y.max()) <= 1
    same = recoloured(x.clone(), strength=0.0)
    grey = (same.std(1) < 1e-6).flatten(1).all(1)
    assert int(grey.sum()) < 8
    torch.testing.assert_close(same[~grey], x[~grey].clamp(min=1e-3), atol=1e-5, rtol=0)


def test_what_is_pasted_brings_its_class_along():
    below, above = nobody(torch.zeros(2, 3, 8, 8)), nobody(torch.ones(1, 3, 8, 8))
    shape = torch.zeros(1, 8, 8)
    shape[:, 2:6, 2:6] = 1
    over(below, torch.tensor([False, True]), Cut(above.x, above.y + 4, above.inside), soft(shape))
    assert not below.y[0].any()
    assert below.x[0].max() == 0
    assert (below.y[1, 3:5, 3:5] == 4).all()
    assert torch.equal(below.y[1] == 4, below.x[1, 0] > 0.5)


def scenery() -> Scenery:
    streets = photo(48, 48, (120, 120, 120), IGNORED)
    horse = photo(48, 48, RED, 1)
    return Scenery((pooled([streets]),), pooled([horse], around_things=True))


def test_composed_pictures_hold_people_and_scenes_without_them_do_not():
    torch.manual_seed(0)
    people = pooled([photo(48, 24, GREEN, 5, seed) for seed in range(3)], around_things=True)
    x, y = people_in_scenes(people, scenery(), 48, 32, real=0.0, composed=0.0)
    assert x.shape == (48, 3, 32, 32)
    assert set(y.unique().tolist()) == {0, IGNORED}  # decoys and patches are nobody
    _, y = people_in_scenes(people, scenery(), 48, 32, real=0.0, composed=1.0)
    assert set(y.unique().tolist()) == {0, 5, IGNORED}
    assert float(((y == 5).flatten(1).any(1)).float().mean()) > 0.8
    _, y = people_in_scenes(people, scenery(), 48, 32, real=1.0)
    assert set(y.unique().tolist()) == {0, 5}


def test_batches_repeat_with_the_seed():
    people, around = pooled([photo(48, 24, GREEN, 5)], around_things=True), scenery()
    drawn = []
    for _ in range(2):
        torch.manual_seed(7)
        drawn.append(photographed(people_in_scenes(people, around, 8, 32)[0]))
    assert torch.equal(*drawn)
