"""The judge: what it should see, what it makes of it, and what is asked of that."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from engine.editing.agreement import attributes_right, matched, same
from engine.editing.checking import attributes_of_prompt, verdict
from engine.editing.judge_targets import all_targets, targets
from engine.editing.objectives import ReadScene
from engine.editing.prompts import calm_scene, prompt
from engine.editing.scene_batches import held_out
from engine.editing.scene_judge import GRID, GROUND_WIDTHS, WIDTHS, SceneJudge
from engine.scenes import PAIRS, Claim, Phrase, caption, edit
from engine.scenes.edits import KINDS

TRUTHS = held_out(120, PAIRS)


def certain(truths: list) -> tuple[torch.Tensor, torch.Tensor]:
    """The maps and the background of a judge who knows the truth."""
    truth = all_targets(truths)
    heat = torch.from_numpy(truth.heat).clamp(1e-4, 1 - 1e-4).logit()[:, None]
    named = torch.from_numpy(truth.attributes).clamp(min=0)
    parts = [10 * F.one_hot(named[:, i], n).movedim(-1, 1).float() for i, n in enumerate(WIDTHS)]
    ground = torch.from_numpy(truth.ground)
    behind = [10 * F.one_hot(ground[:, i], n).float() for i, n in enumerate(GROUND_WIDTHS)]
    return torch.cat([heat, torch.from_numpy(truth.way), *parts], 1), torch.cat(behind, 1)


@pytest.fixture(scope="module")
def found() -> list:
    judge = SceneJudge([4, 8, 8])
    judge.forward = lambda x: certain(TRUTHS)
    return judge.read(torch.zeros(len(TRUTHS), 3, 64, 64))


def test_a_judge_who_knows_the_truth_reads_the_scene(found):
    for truth, read in zip(TRUTHS, found, strict=True):
        assert same(truth, read)
        for thing, other in matched(truth, read):
            np.testing.assert_allclose((thing.x, thing.y), (other.x, other.y), atol=1e-5)


def test_true_captions_hold_of_what_is_read(found):
    for n, (truth, read) in enumerate(zip(TRUTHS, found, strict=True)):
        assert caption(truth, n).claim.holds(read)


def test_the_heat_is_highest_where_things_are():
    truth = targets(TRUTHS[0])
    for thing in TRUTHS[0].things:
        assert truth.heat[int(GRID * thing.y), int(GRID * thing.x)] > 0.55
        assert (truth.attributes[:, int(GRID * thing.y), int(GRID * thing.x)] >= 0).all()


def test_knowing_the_truth_costs_least():
    """Also where no thing is: what stands there is not asked for."""
    truth, (maps, ground) = all_targets(TRUTHS), certain(TRUTHS)
    arrays = (truth.heat, truth.way, truth.attributes, truth.ground)
    batch = (torch.zeros(1), *map(torch.from_numpy, arrays))
    best = ReadScene()(lambda x: (maps, ground), batch, 0.0)
    assert best["attributes"] < 1e-2
    assert best["way"] == 0
    assert best["ground"] < 1e-2
    for wrong in (maps.roll(1, 0), maps.roll(1, 2), maps.roll(1, 1)):
        assert ReadScene()(lambda x, wrong=wrong: (wrong, ground), batch, 0.0)["loss"] > best["loss"] + 0.1


def test_one_mistake_costs_its_share():
    truth = next(scene for scene in TRUTHS if len(scene.things) == 2)
    first, second = truth.things
    recoloured = replace(truth, things=(replace(first, colour="pink" if first.colour != "pink" else "red"), second))
    assert attributes_right(truth, recoloured) == pytest.approx(9 / 10)
    assert attributes_right(truth, replace(truth, things=(first,))) == pytest.approx(6 / 10)
    third = replace(first, x=1 - first.x)
    assert attributes_right(truth, replace(truth, things=(*truth.things, third))) == pytest.approx(10 / 14)


def test_a_prompt_is_right_of_its_own_scene_and_a_little_wrong_of_another():
    for n in range(60):
        scene = calm_scene(4, n)
        said = prompt(scene, n)
        assert attributes_of_prompt(said.claim, scene) == 1
        assert attributes_of_prompt(said.claim, replace(scene, things=())) < 1
    circle = Claim((Phrase("circle", "red"),))
    truth = TRUTHS[0]
    half = replace(truth, things=(replace(truth.things[0], shape="circle", colour="blue"),))
    assert attributes_of_prompt(circle, half) == 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_is_done_in_the_scene_after_it_and_not_before(kind):
    for n in range(40):
        pair = edit(6, n, [kind])
        after, before = verdict(pair, pair.after), verdict(pair, pair.before)
        assert after.done, pair
        assert after.kept == 1
        assert not before.done, pair
        assert before.kept == 1


def test_what_an_edit_does_not_name_must_stay():
    pair = next(p for n in range(99) if len((p := edit(6, n, ["recolour"])).after.things) == 3)
    changed = next(thing for thing in pair.after.things if thing not in pair.before.things)
    lost = replace(pair.after, things=(changed,))
    assert verdict(pair, lost).kept == pytest.approx(1 / 3)
    assert not verdict(pair, lost).done


def test_the_judge_reads_pictures(models: SimpleNamespace):
    maps, ground = models.judge(torch.rand(2, 3, 64, 64))
    assert maps.shape == (2, 3 + sum(WIDTHS), GRID, GRID)
    assert ground.shape == (2, sum(GROUND_WIDTHS))
    assert len(models.judge.read(torch.rand(2, 3, 64, 64))) == 2
