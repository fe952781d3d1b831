"""The two players: what they see, what they are told, and what must not leak between the pictures of a batch."""

import torch

from engine.gans.networks import PixelNorm, build

SIZE = {"latent": 3, "channels": 1, "width": 4}


def test_pixel_norm_gives_every_place_unit_power():
    x = PixelNorm()(5 * torch.randn(2, 6, 3, 3))
    torch.testing.assert_close(x.square().mean(1), torch.ones(2, 3, 3))


def test_no_picture_depends_on_its_neighbours():
    torch.manual_seed(0)
    model, z = build("dcgan", **SIZE).train(), torch.randn(4, 3)
    x = model.generator(z)
    torch.testing.assert_close(x[:1], model.generator(z[:1]))
    torch.testing.assert_close(model.discriminator(x)[:1], model.discriminator(x[:1]))
    assert ((x > 0) & (x < 1)).all()


def test_both_players_are_told_the_class():
    torch.manual_seed(0)
    model = build("dcgan", **SIZE, classes=3)
    z, y = torch.randn(1, 3).expand(3, 3), torch.arange(3)
    x = model.generator(z, y)
    assert (x[0] - x[1]).abs().max() > 1e-4
    verdicts = model.discriminator(x[:1].expand(3, -1, -1, -1), y)
    assert len(set(verdicts.tolist())) == 3


def test_a_class_moves_the_verdict_by_its_projection():
    """D(x, 1) − D(x, 0) = ⟨v_1 − v_0, φ(x)⟩, which is linear in the features."""
    torch.manual_seed(0)
    judge, x = build("dcgan", **SIZE, classes=2).discriminator, torch.rand(5, 1, 28, 28)
    zero, one = (judge(x, torch.full((5,), y)) for y in (0, 1))
    phi = judge.features(x)
    expected = phi @ (judge.label.weight[1] - judge.label.weight[0]) / phi.shape[1] ** 0.5
    torch.testing.assert_close(one - zero, expected)


def test_a_packed_discriminator_sees_pictures_together():
    torch.manual_seed(0)
    judge, x = build("dcgan", **SIZE, pack=2).discriminator, torch.rand(4, 1, 28, 28)
    verdicts = judge(x)
    assert verdicts.shape == (2,)
    other = x.clone()
    other[1] = torch.rand(1, 28, 28)
    changed = judge(other)
    assert changed[0] != verdicts[0]
    torch.testing.assert_close(changed[1], verdicts[1])


def test_snapshots_are_no_parameters():
    plain, kept = build("dcgan", **SIZE), build("dcgan", **SIZE, snapshots=3)
    count = [sum(p.numel() for p in m.parameters()) for m in (plain, kept)]
    assert count[0] == count[1]
    assert kept.snapshots.shape == (3, sum(p.numel() for p in kept.generator.parameters()))
