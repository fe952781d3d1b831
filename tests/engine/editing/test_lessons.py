"""What the painter and the editor are shown, and what their cards say of them."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from engine.editing import evaluation, lessons
from engine.editing.evaluation import EditorEvaluation, JudgeEvaluation, PainterEvaluation
from engine.editing.lessons import editing_lessons, encoded, painting_lessons
from engine.editing.prompts import calm_scene, prompt
from engine.editing.recipes import RECIPES
from engine.editing.scene_batches import TRAINING, held_out, pictures_of
from engine.editing.tokens import encode
from engine.scenes import PAIRS, Background, Scene, draw, edit
from engine.training import Recipe

CPU = torch.device("cpu")


@pytest.fixture
def few(companions: Callable, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """`few(name)` is a recipe of which 20 scenes are kept."""
    monkeypatch.setattr(lessons, "CHUNK", 10)

    def made(name: str) -> Recipe:
        recipe = RECIPES[name]
        return replace(recipe, budget=replace(recipe.budget, steps=2, batch=10))

    return made


def row_of(tokens: Tensor, wanted: str) -> int | None:
    """The first row that says so."""
    rows = (tokens == torch.from_numpy(encode(wanted))).all(1).nonzero()
    return int(rows[0]) if len(rows) else None


def test_the_painter_is_shown_scenes_with_what_is_said_of_them(models: SimpleNamespace, few: Callable):
    torch.manual_seed(0)
    batches = painting_lessons(few("text2scene"), CPU)
    batch, found = next(batches), 0
    assert batch.source is None
    torch.testing.assert_close(batch.shares.sum(1), torch.ones(10, 8, 8), atol=0.01, rtol=0)
    for n in range(20):
        scene = calm_scene(TRAINING, n)
        if (row := row_of(batch.tokens, prompt(scene, n).text)) is not None:
            found += 1
            code = encoded(models.autoencoder, [draw(scene).image], CPU)[0].float()
            torch.testing.assert_close(batch.x0[row], code, atol=0.05, rtol=0.02)
    assert found >= 4


def test_the_editor_is_shown_both_pictures_with_an_instruction(models: SimpleNamespace, few: Callable):
    torch.manual_seed(0)
    batch, found = next(editing_lessons(few("instruct-scenes"), CPU)), 0
    for n in range(20):
        pair = edit(TRAINING, n)
        if (row := row_of(batch.tokens, pair.instruction)) is not None:
            found += 1
            pictures = [draw(pair.after).image, draw(pair.before).image]
            after, before = encoded(models.autoencoder, pictures, CPU).float()
            torch.testing.assert_close(batch.x0[row], after, atol=0.05, rtol=0.02)
            torch.testing.assert_close(batch.source[row], before, atol=0.05, rtol=0.02)
    assert found >= 4


def test_a_painter_that_paints_exactly_is_right_in_everything(models: SimpleNamespace, monkeypatch):
    """And one that leaves its pictures empty is right in little more than some backgrounds."""
    drawn: dict[str, Scene] = {}

    def remember(seed: int, n: int, pairs: tuple) -> Scene:
        scene = calm_scene(seed, n, pairs)
        drawn[prompt(scene, n).text] = scene
        return scene

    monkeypatch.setattr(evaluation, "calm_scene", remember)
    monkeypatch.setattr(evaluation, "painted", lambda model, texts: texts)
    monkeypatch.setattr(evaluation, "scenes_in", lambda texts: [drawn[text] for text in texts])
    right = PainterEvaluation(40)(models.painter, CPU)
    assert {metric.value for metric in right.values()} == {1.0}
    nothing = Scene((), Background("white", "plain", 0.0))
    monkeypatch.setattr(evaluation, "scenes_in", lambda texts: [nothing] * len(texts))
    wrong = PainterEvaluation(40)(models.painter, CPU)
    assert wrong["prompts_right"].value == 0
    assert wrong["attributes_right"].value < 0.2


def test_an_editor_that_draws_the_scene_after_the_edit_is_right(models: SimpleNamespace, companions, monkeypatch):
    """And one that does nothing keeps the rest and gets no edit done."""
    pairs = [edit(evaluation.HELD_OUT_SEED, n) for n in range(60)]
    for when, done in (("after", 1.0), ("before", 0.0)):
        scenes = [getattr(pair, when) for pair in pairs]
        monkeypatch.setattr(evaluation, "edited", lambda model, x, said, scenes=scenes: pictures_of(scenes, CPU))
        monkeypatch.setattr(evaluation, "scenes_in", lambda x, scenes=scenes: scenes)
        metrics = EditorEvaluation(60)(models.editor, CPU)
        assert metrics["edits_right"].value == done
        assert metrics["rest_kept"].value == 1.0
        assert metrics["rest_error"].value == 0.0


def test_a_judge_who_sees_everything_is_trusted_and_one_who_sees_nothing_is_not(models, monkeypatch):
    truths = held_out(30, PAIRS)
    monkeypatch.setattr(evaluation, "PICTURES", 30)
    monkeypatch.setattr(evaluation, "scenes_in", lambda x, judge: truths)
    assert {metric.value for metric in JudgeEvaluation()(models.judge, CPU).values()} == {1.0}
    nothing = Scene((), Background("white", "plain", 0.0))
    monkeypatch.setattr(evaluation, "scenes_in", lambda x, judge: [nothing] * 30)
    blind = JudgeEvaluation()(models.judge, CPU)
    assert blind["scenes_right"].value == 0
    assert blind["true_captions_hold"].value < 0.1
