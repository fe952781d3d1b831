"""The mapping toy: its data, its penalty on uneven paths, and that a mapping network can take the bend away."""

import numpy as np
import pytest
import torch
from torch import nn

from engine import cards, checkpoints
from engine.gans import mapping_toy, operations
from engine.gans.adversarial import AdversarialRun
from engine.gans.mapping_networks import MappingToys, path_penalty
from engine.gans.mapping_recipes import MAPPING
from engine.gans.mapping_training import BendThePlane, batches, evaluate
from engine.gans.recipes import RECIPES
from engine.training import Budget

CPU = torch.device("cpu")
needs_weights = pytest.mark.skipif("mapping-toys" not in cards.names(), reason="mapping-toys is not published")


def test_samples_fill_all_but_one_corner_evenly():
    x = mapping_toy.sample(30_000, 0)
    assert mapping_toy.possible(x).all()
    quarters = np.histogram2d(x[:, 0] > 0, x[:, 1] > 0, bins=2)[0] / len(x)  # [old?, bearded?]
    np.testing.assert_allclose(quarters, [[1 / 3, 0], [1 / 3, 1 / 3]], atol=0.01)


def test_the_outline_encloses_what_is_possible():
    x, y = mapping_toy.outline().T
    area = abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2  # the shoelace formula
    assert area == pytest.approx(mapping_toy.AREA)
    assert mapping_toy.possible(0.999 * mapping_toy.outline()[[0, 1, 2]]).all()
    assert not mapping_toy.possible(np.array([[-0.5, 0.5], [1.6, 0.0]])).any()
    assert mapping_toy.possible(np.array([[-0.02, 0.5], [1.52, 0.0]]), margin=0.05).all()


def test_a_rotated_space_explains_all_and_a_foreign_one_nothing():
    rng = np.random.default_rng(0)
    x, other = mapping_toy.sample(4000, 0), rng.standard_normal((4000, 2))
    turned = x @ [[0.6, -0.8], [0.8, 0.6]] + 5
    assert mapping_toy.explained(x, turned) == pytest.approx(1)
    assert mapping_toy.explained(x, other) < 0.01


def test_a_rotation_pays_nothing_and_a_stretch_the_square_of_its_excess():
    torch.manual_seed(0)
    w, u = torch.randn(64, 2, requires_grad=True), nn.functional.normalize(torch.randn(64, 2))
    turn = nn.Linear(2, 2)
    turn.weight.data = torch.tensor([[0.6, -0.8], [0.8, 0.6]])
    assert path_penalty(turn, w, u).item() == pytest.approx(0, abs=1e-10)
    turn.weight.data *= 3
    assert path_penalty(turn, w, u).item() == pytest.approx(4, rel=1e-5)


def test_both_generators_are_the_same_layers_and_the_direct_one_has_no_mapping():
    torch.manual_seed(0)
    model, z = MappingToys(width=8, judge=8), torch.randn(5, 2)
    direct, mapped = (list(generator.parameters()) for generator in model.generator.values())
    assert [p.shape for p in direct] == [p.shape for p in mapped]
    went = operations.warp(model, z)
    assert torch.equal(model.generator["direct"].mapping(z), z)
    torch.testing.assert_close(operations.paint_plane(model, went["w"]), went["mapped"])
    assert (went["direct"] - z).abs().mean() < 0.5  # bends start as almost nothing


def test_a_step_moves_each_player_in_its_turn():
    torch.manual_seed(0)
    budget = Budget(4, batch=32, lr=1e-2, weight_decay=0.0, warmup=1, clip=10.0)
    run = AdversarialRun(MappingToys(width=8, judge=8), BendThePlane(), budget, CPU)
    before = {name: p.detach().clone() for name, p in run.model.named_parameters()}
    list(run.stream(batches(MAPPING, CPU)))
    moved = {name.split(".")[0] + " " + name.split(".")[1] for name, p in run.model.named_parameters()
             if (p != before[name]).any()}  # fmt: skip
    assert moved == {"generator direct", "generator mapped", "discriminator direct", "discriminator mapped"}


def test_the_recipe_is_known():
    assert RECIPES["mapping-toys"] is MAPPING


@needs_weights
def test_what_is_published_shows_the_point():
    """The bend is in Z for both generators, and W is without it; straight walks in W cross the empty corner."""
    model = checkpoints.load("mapping-toys", CPU)
    found = {name: metric.value for name, metric in evaluate(model, CPU).items()}
    assert min(found["possible_direct"], found["possible_mapped"]) > 0.93
    assert found["explained_mapped_w"] > 0.99 > found["explained_mapped_z"]
    assert found["unevenness_mapped_w"] < 0.3 * min(found["unevenness_mapped_z"], found["unevenness_direct_z"])
    assert found["detour_mapped_w"] < found["detour_mapped_z"]
    assert found["impossible_mapped_w"] > found["impossible_direct_z"]
