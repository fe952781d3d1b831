"""Lanes that train together reach the numbers they reach alone, whoever runs beside them and whoever looks."""

from dataclasses import replace

import pytest
import torch

from engine.gans import race_state
from engine.gans.methods import METHODS, Settings
from engine.gans.race_training import Lane, Race
from engine.gans.race_view import count, look
from engine.gans.toys import TOYS

SMALL = Settings(batch=16, width=8, layers=2, horizon=40, lr_d=1e-3, lr_g=1e-3)
CPU = torch.device("cpu")
WINDOW = (-1.5, 1.5, -1.5, 1.5)


def start(*names: str, settings: Settings = SMALL, toy: str = "ring", seed: int = 0) -> Race:
    return Race([Lane(METHODS[name], seed) for name in names], TOYS[toy](), settings, CPU)


def go(race: Race, steps: int) -> Race:
    for _ in range(steps):
        race.advance()
    return race


def numbers(race: Race, lane: int = 0) -> torch.Tensor:
    return torch.cat([race.generator.theta[lane], race.discriminator.theta[lane], race.average[lane]])


@pytest.mark.parametrize("name", METHODS)
def test_a_lane_among_all_others_is_the_lane_alone(name):
    together, alone = go(start(*METHODS), 8), go(start(name), 8)
    lane = list(METHODS).index(name)
    torch.testing.assert_close(numbers(together, lane), numbers(alone), atol=2e-5, rtol=1e-4)


def test_every_seed_is_a_lane_of_its_own():
    toy = TOYS["grid"]()
    together = go(Race([Lane(METHODS["r3"], seed) for seed in (0, 1, 2)], toy, SMALL, CPU), 8)
    alone = go(start("r3", toy="grid", seed=2), 8)
    torch.testing.assert_close(numbers(together, 2), numbers(alone), atol=2e-5, rtol=1e-4)
    assert not torch.allclose(numbers(together, 1), numbers(together, 2), atol=0.1)


def test_lanes_of_a_seed_start_equal_and_meet_the_same_data():
    race = start("vanilla", "wgan-gp", "pac4")
    batch = race.draw()
    assert (race.generator.theta == race.generator.theta[0]).all()
    assert (batch.real == batch.real[0]).all() and (batch.z == batch.z[0]).all()


def test_resumed_equals_straight_through():
    names = ("vanilla", "spectral", "unrolled", "r3")
    straight = go(start(*names), 6)
    halfway = go(start(*names), 3)
    resumed = start(*names)
    race_state.restore(resumed, race_state.to_bytes(halfway))
    go(resumed, 3)
    for lane in range(len(names)):
        assert torch.equal(numbers(straight, lane), numbers(resumed, lane))


def test_looking_changes_nothing():
    names = ("ns", "spectral", "stddev", "pac2", "r3")
    watched, unwatched = start(*names), go(start(*names), 3)
    for _ in range(3):
        watched.advance()
        look(watched, WINDOW), count(watched, TOYS["ring"](), 100)
    assert all(torch.equal(numbers(watched, lane), numbers(unwatched, lane)) for lane in range(len(names)))


@pytest.mark.parametrize("state", [b"", b"nonsense", "other"])
def test_a_foreign_state_is_refused_in_a_sentence(state):
    state = race_state.to_bytes(start("vanilla", "r3")) if state == "other" else state
    with pytest.raises(ValueError, match="other lanes or networks"):
        race_state.restore(start("vanilla"), state)


def test_a_lane_without_finite_numbers_stops_and_the_others_go_on():
    race, sound = start("spectral", "ns"), go(start("ns"), 6)
    go(race, 3)
    race.discriminator.theta[0, 3] = torch.nan
    race.stop_diverged()
    go(race, 3)
    race.stop_diverged()
    assert [bool(sentence) for sentence in race.sentences()] == [True, False]
    assert "Spectral norm diverged" in race.sentences()[0]
    assert (numbers(race, 0) == 0).all()
    torch.testing.assert_close(numbers(race, 1), numbers(sound), atol=2e-5, rtol=1e-4)


def test_only_one_side_moves_when_asked():
    race = start("ns")
    generator, discriminator = race.generator.theta.clone(), race.discriminator.theta.clone()
    race.advance("discriminator")
    assert torch.equal(race.generator.theta, generator) and not torch.equal(race.discriminator.theta, discriminator)
    discriminator = race.discriminator.theta.clone()
    race.advance("generator")
    assert torch.equal(race.discriminator.theta, discriminator) and not torch.equal(race.generator.theta, generator)


def test_clipped_weights_stay_within_their_bound():
    race = go(start("wgan", settings=replace(SMALL, lr_d=0.1)), 5)
    assert float(race.discriminator.theta.abs().max()) <= METHODS["wgan"].clip + 1e-7


def test_without_noise_a_generator_makes_a_single_point():
    view = look(go(start("ns", settings=replace(SMALL, noise=False)), 3), WINDOW)
    assert (view.fakes == view.fakes[:, :1]).all()


def test_learning_rates_fall_to_zero_at_the_horizon():
    race = start("ns")
    assert race.pace == 1
    race.step = SMALL.horizon // 2
    assert race.pace == 1
    race.step = SMALL.horizon * 3 // 4
    assert race.pace == pytest.approx(0.5)
    race.step = SMALL.horizon
    before = numbers(race).clone()
    race.advance()
    torch.testing.assert_close(numbers(race), before)


def test_arrows_please_the_discriminator():
    race = go(start("ns"), 5)
    view = look(race, WINDOW)
    place, push = torch.from_numpy(view.arrows).float().split(2, -1)
    layers, _ = race.layers(race.discriminator.theta)

    def verdict(x: torch.Tensor) -> torch.Tensor:
        return race.sight.judge(layers, race.sight.of(race.from_the_plane(x)))

    step = 1e-2 * push / push.norm(dim=-1, keepdim=True)
    assert (verdict(place + step) > verdict(place)).float().mean() > 0.95


def test_the_landscape_is_the_discriminators_belief_with_the_top_row_first():
    race = start("ns")
    race.discriminator.theta.zero_()
    weights = race.shape_d.layers(race.discriminator.theta)
    weights[0][0][:, 1, 0] = 1.0  # the first hidden unit hears y
    weights[1][0][:, 0, 0] = 1.0
    weights[2][0][:, 0, 0] = 50.0
    landscape = look(race, WINDOW).landscape[0].astype(float)
    assert landscape[0].mean() > 250 > 128 > landscape[-1].mean()
    assert (landscape.std(1) < 1).all()


def test_unrolling_sees_where_the_discriminator_will_go():
    """With a discriminator that learns fast, the logits ahead are those after its own plain updates."""
    race = start("unrolled", settings=replace(SMALL, lr_d=1e-2))
    race.discriminator.adam.v.fill_(1.0)
    race.discriminator.adam.t = 10_000
    batch = race.draw()
    fake = race.sight.of(batch.z[..., :2])
    real = race.sight.of(batch.real)
    theta = race.discriminator.theta.clone()
    expected = theta.clone()
    for _ in range(METHODS["unrolled"].unroll):
        expected.requires_grad_()
        layers = race.shape_d.layers(expected)
        losses = race._losses("discriminator", race.sight.judge(layers, real), race.sight.judge(layers, fake))
        (slope,) = torch.autograd.grad(losses.sum(), expected)
        expected = (expected - 1e-2 * slope).detach()
    ahead = race._look_ahead(theta, real, fake)
    torch.testing.assert_close(ahead, race.sight.judge(race.shape_d.layers(expected), fake), atol=1e-5, rtol=1e-4)
