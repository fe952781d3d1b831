import torch
from torch.nn import functional as F

from engine.segmentation.refining import boxed, guided


def test_a_box_is_the_mean_of_what_there_is_of_it():
    x = torch.rand(2, 3, 9, 7)
    ones = F.avg_pool2d(torch.ones_like(x), 5, 1, 2)
    torch.testing.assert_close(boxed(x, 2), F.avg_pool2d(x, 5, 1, 2) / ones)
    torch.testing.assert_close(boxed(x, 50), x.mean((2, 3), keepdim=True).expand_as(x))


def test_what_is_linear_in_the_colours_comes_back_exactly():
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 24, 32)
    p = 0.2 * picture[:, :1] + 0.5 * picture[:, 1:2] - 0.1 * picture[:, 2:] + 0.2
    torch.testing.assert_close(guided(p, picture, radius=4, eps=1e-9), p, atol=1e-3, rtol=0)


def test_a_flat_answer_stays_flat():
    p = torch.full((1, 1, 12, 16), 0.3)
    torch.testing.assert_close(guided(p, torch.rand(1, 3, 48, 64)), torch.full((1, 1, 48, 64), 0.3), atol=1e-4, rtol=0)


def test_a_blurred_edge_moves_to_where_the_picture_has_it():
    picture = torch.zeros(1, 3, 64, 64)
    picture[..., 30:] = torch.tensor([0.9, 0.3, 0.2]).view(3, 1, 1)
    true = (picture[:, :1] > 0.5).float()
    coarse = F.avg_pool2d(true, 4)
    blurred = F.avg_pool2d(coarse, 5, 1, 2, count_include_pad=False)
    plain = F.interpolate(blurred, (64, 64), mode="bilinear")
    refined = guided(blurred, picture, radius=4, eps=1e-4)
    assert torch.equal((refined > 0.5).float(), true)
    near = (..., slice(24, 36))
    assert float((refined - true)[near].abs().mean()) < 0.5 * float((plain - true)[near].abs().mean())
