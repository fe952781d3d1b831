"""The second stage of a training: it starts from the published weights, and the card tells of both stages."""

from dataclasses import dataclass

import pytest
import torch
from torch import nn

from engine import cards, checkpoints, train
from engine.cards import CheckpointError, Metric
from engine.datasets import Provenance
from engine.training import Budget, Recipe, Refinement

NAME = "vae-small"
CPU = torch.device("cpu")


@dataclass(frozen=True)
class ShrinkDecoder:
    """The square of the decoder's output bias and weights."""

    def __call__(self, model: nn.Module, batch: int, progress: float) -> dict[str, torch.Tensor]:
        return {"loss": sum(p.square().sum() for p in model.decoder.output.parameters())}


def weight(model: nn.Module) -> torch.Tensor:
    return model.decoder.output.weight


@pytest.fixture
def recipe(pretrained, tmp_path, monkeypatch) -> Recipe:
    monkeypatch.setattr(train, "RUNS", tmp_path / "runs")
    return Recipe(
        name=NAME,
        title="Small",
        family="autoencoders",
        kind="vae",
        config=cards.read(NAME).config,
        dataset="none",
        objective=ShrinkDecoder(),
        budget=Budget(steps=50),
        evaluate=lambda model, device: {"size": Metric(float(weight(model).norm()), 1)},
        batches=lambda recipe, device: iter(range(recipe.budget.steps)),
        provenance=Provenance("none", "none", "none"),
        seed=7,
        refinement=Refinement(ShrinkDecoder(), Budget(steps=20, lr=1e-2, warmup=1)),
    )


def test_refining_starts_from_the_published_weights_and_training_does_not(recipe):
    published = weight(checkpoints.load(NAME, CPU))
    assert torch.equal(weight(train.start(recipe, recipe.refinement.budget, CPU, refine=True).model), published)
    assert not torch.equal(weight(train.start(recipe, recipe.budget, CPU).model), published)


def test_the_card_of_a_refined_model_adds_up_both_stages(recipe):
    before, size = cards.read(NAME), weight(checkpoints.load(NAME, CPU)).norm()
    run = train.train(recipe, recipe.refinement.budget, CPU, refine=True)
    train.publish(recipe, run, refine=True)
    after = cards.read(NAME)
    assert after.steps_done == before.steps_done + 20
    assert after.steps_full == before.steps_full + 20
    assert after.objective == f"{before.objective}, then ShrinkDecoder()"
    assert after.metrics["size"].value < size


def test_a_stopped_refinement_goes_on_where_it_was(recipe):
    budget = recipe.refinement.budget
    run = train.start(recipe, budget, CPU, refine=True)
    list(run.stream(iter(range(20)), until=8))
    run.save(train.state_file(recipe, refine=True))
    again = train.start(recipe, budget, CPU, refine=True)
    assert again.step == 8
    assert torch.equal(weight(again.model), weight(run.model))
    assert train.start(recipe, recipe.budget, CPU).step == 0


def test_a_recipe_without_a_second_stage_says_so(recipe):
    with pytest.raises(CheckpointError, match="no second stage"):
        train.stage(Recipe(**{**recipe.__dict__, "refinement": None}), refine=True)
