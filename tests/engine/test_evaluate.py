"""The command that measures a card's figures again."""

import json
from dataclasses import replace

import pytest

from engine import cards, evaluate
from engine.cards import Metric
from engine.diffusion.toy_recipes import TOYS


@pytest.fixture
def recipe(pretrained, monkeypatch) -> str:
    """A checkpoint whose recipe measures the bias of its first layer."""
    name = "vae-small"

    def measure(model, device):
        return {"mse": Metric(float(model.encoder[1].input.bias.square().mean()), 3)}

    monkeypatch.setattr(evaluate, "recipes", lambda: {name: replace(TOYS, name=name, evaluate=measure)})
    return name


def test_it_prints_what_it_measures_and_leaves_the_card(recipe, capsys):
    before = cards.read(recipe)
    evaluate.main([recipe])
    printed = json.loads(capsys.readouterr().out)[recipe]["mse"]
    assert printed["samples"] == 3
    assert printed["value"] != before.metrics["mse"].value
    assert cards.read(recipe) == before


def test_it_puts_the_figures_on_the_card_when_told_to(recipe, capsys):
    evaluate.main([recipe, "--write"])
    printed = json.loads(capsys.readouterr().out)[recipe]["mse"]
    assert cards.read(recipe).metrics["mse"] == Metric(**printed)


def test_an_unknown_name_is_a_sentence(recipe):
    with pytest.raises(SystemExit, match="no recipe 'nothing'"):
        evaluate.main(["nothing"])
