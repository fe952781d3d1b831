import pytest
import torch

from engine.clip.networks import build
from engine.clip.towers import Layer, PictureTower, TextTower
from tests.engine.clip.conftest import CONFIG


def warmed(tower: PictureTower, side: int) -> PictureTower:
    """A tower whose norms have seen some pictures."""
    for _ in range(10):
        tower(torch.rand(8, 3, side, side))
    return tower.eval()


@torch.no_grad()
def test_a_picture_is_the_mean_of_its_places_at_any_size():
    torch.manual_seed(0)
    tower = warmed(PictureTower([8, 12, 16], [1, 1, 1], 5), 32)
    for side, places in ((32, 2), (64, 4), (96, 6)):
        x = torch.rand(2, 3, side, side)
        shares = tower.places(x)
        assert shares.shape == (2, 5, places, places)
        torch.testing.assert_close(shares.mean((2, 3)), tower(x))


@torch.no_grad()
def test_only_a_tower_that_is_told_where_tells_left_from_right():
    """Two pictures with the same patch far from the edges, moved by a whole number of strides."""
    torch.manual_seed(0)
    left, right = torch.zeros(2, 1, 3, 64, 64)
    left[..., 24:32, 16:24] = 1
    right[..., 24:32, 40:48] = 1
    blind, told = (warmed(PictureTower([8], [0], 5, located=located), 64) for located in (False, True))
    torch.testing.assert_close(blind(left), blind(right))
    assert (told(left) - told(right)).abs().max() > 1e-4


@torch.no_grad()
def test_with_layers_the_places_look_at_each_other():
    torch.manual_seed(0)
    x = torch.zeros(1, 3, 64, 64)
    changed = x.clone()
    changed[..., :4, :4] = 1
    for layers in (0, 1):
        tower = warmed(PictureTower([8, 32], [0, 0], 5, layers=layers), 64)
        moved = (tower.places(x) - tower.places(changed))[..., -1, -1].abs().max()
        assert (moved > 0) == bool(layers)


@torch.no_grad()
def test_a_causal_layer_never_looks_ahead():
    torch.manual_seed(0)
    h = torch.randn(1, 6, 16)
    later = h.clone()
    later[:, 4:] = torch.randn(1, 2, 16)
    for causal in (True, False):
        layer = Layer(16, 2, causal=causal)
        same = torch.allclose(layer(h)[:, :4], layer(later)[:, :4])
        assert same == causal


@torch.no_grad()
def test_attention_is_that_of_torch():
    torch.manual_seed(0)
    layer, h = Layer(16, 2), torch.randn(3, 5, 16)
    q, k, v = layer.qkv(layer.norm1(h)).view(3, 5, 3, 2, 8).permute(2, 0, 3, 1, 4)
    seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = h + layer.mix(seen.transpose(1, 2).reshape(3, 5, 16))
    torch.testing.assert_close(layer(h), x + layer.think(layer.norm2(x)))


@torch.no_grad()
def test_padding_behind_a_text_changes_nothing_and_order_changes_something():
    torch.manual_seed(0)
    tower = TextTower(50, 12, 16, 1, 2, 5).eval()
    text = torch.tensor([[7, 8, 9, 1]])
    torch.testing.assert_close(tower(text), tower(torch.tensor([[7, 8, 9, 1, 0, 0, 0]])))
    assert (tower(text) - tower(torch.tensor([[9, 8, 7, 1]]))).abs().max() > 1e-5


def test_stochastic_depth_keeps_the_mean():
    torch.manual_seed(0)
    tower = PictureTower([4], [1], 3, drop=0.5)
    block, x = tower.stages[0][0], torch.rand(4000, 4, 4, 4)
    block.norm1.eval(), block.norm2.eval()
    with torch.no_grad():
        dropped = (block(x) - x).mean(0)
        whole = (block.eval()(x) - x).mean(0)
    torch.testing.assert_close(dropped, whole, atol=0.02, rtol=0.2)


def test_the_temperature_does_not_fall_below_a_hundredth():
    model = build("clip", **CONFIG).requires_grad_(False)
    model.log_scale.fill_(9.0)
    assert float(model.logit_scale()) == pytest.approx(100)
