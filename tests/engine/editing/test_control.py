"""Guidance and Prompt-to-Prompt: what stays the same, exactly, and what does not."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.diffusion.samplers import finish
from engine.editing.alignment import align
from engine.editing.control import LocalBlend, Looks, PromptToPrompt, even, within
from engine.editing.guidance import TRAINED, instructed, last_of, spoken, unspoken, worded
from engine.editing.painting import noise, paint, times, unpaint
from engine.editing.tokens import LENGTH

OLD, NEW = "a red circle left of a blue square", "a red circle left of a blue star"
STEPS = 6
X = noise(0, 2, 4, 16, torch.device("cpu"))


def both(models: SimpleNamespace, texts: list[str], watch=None, w: float = 3.0, hand=None) -> Tensor:
    """The codes of texts that are painted from the same noise."""
    eps_model = worded(models.painter, spoken(models.painter, texts), w, watch)
    x = noise(3, 1, 4, 16, torch.device("cpu")).expand(len(texts), -1, -1, -1)
    return finish(paint(eps_model, x, TRAINED, times(STEPS), hand)).x_t


def control(old: str, new: str, cross: float, self_: float, weights: Tensor | None = None) -> PromptToPrompt:
    weights = even(2, torch.device("cpu")) if weights is None else weights
    return PromptToPrompt([align(old, new)], cross, self_, weights)


# guidance


def test_w_of_one_is_the_conditional_model_and_of_zero_the_unconditional(models: SimpleNamespace):
    painter, text = models.painter, spoken(models.painter, [OLD, NEW])
    one, none = worded(painter, text)(X, 400), worded(painter, unspoken(painter, 2))(X, 400)
    ones, zeros = torch.ones(2), torch.zeros(2)
    torch.testing.assert_close(worded(painter, text, ones)(X, 400), one, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(worded(painter, text, zeros)(X, 400), none, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(worded(painter, text, 5.0)(X, 400), none + 5 * (one - none), atol=1e-4, rtol=1e-3)


def test_both_scales_of_one_are_the_editor_told_everything(models: SimpleNamespace):
    editor, text, source = models.editor, spoken(models.editor, [OLD, NEW]), torch.randn(2, 4, 16, 16)
    t = torch.full((2,), 400.0)

    def eps(text, source) -> Tensor:
        v = editor(X, t, text, source)
        alpha_bar = float(TRAINED.alpha_bar[400])
        return (1 - alpha_bar) ** 0.5 * X + alpha_bar**0.5 * v

    nothing = unspoken(editor, 2)
    free, seen, told = eps(nothing, None), eps(nothing, source), eps(text, source)
    for w, w_picture, expected in (
        (1, 1, told),
        (0, 1, seen),
        (0, 0, free),
        (2, 3, free + 3 * (seen - free) + 2 * (told - seen)),
    ):
        got = instructed(editor, text, source, float(w), float(w_picture))(X, 400)
        torch.testing.assert_close(got, expected, atol=1e-4, rtol=1e-3)


def test_only_the_part_that_is_told_is_watched():
    seen = last_of(3, lambda t, layer, kind, weights: weights + t)(10, "up", "cross", torch.zeros(6, 1))
    assert seen.flatten().tolist() == [0, 0, 0, 0, 10, 10]


def test_watching_changes_nothing(models: SimpleNamespace):
    looks = Looks()
    torch.testing.assert_close(both(models, [OLD, NEW], looks), both(models, [OLD, NEW]))
    assert looks.mean.shape == (2, LENGTH, 8, 8)
    torch.testing.assert_close(looks.mean.sum(1), torch.ones(2, 8, 8))


# Prompt-to-Prompt


def test_the_same_text_with_all_its_attention_paints_the_same_picture(models: SimpleNamespace):
    first, second = both(models, [OLD, OLD], control(OLD, OLD, 1.0, 1.0))
    torch.testing.assert_close(first, second, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(first, both(models, [OLD])[0], atol=1e-5, rtol=1e-4)


def test_without_injection_each_text_is_painted_by_itself(models: SimpleNamespace):
    first, second = both(models, [OLD, NEW], control(OLD, NEW, 0.0, 0.0))
    torch.testing.assert_close(first, both(models, [OLD])[0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(second, both(models, [NEW])[0], atol=1e-5, rtol=1e-4)


def test_the_old_picture_does_not_feel_the_new_one(models: SimpleNamespace):
    first, second = both(models, [OLD, NEW], control(OLD, NEW, 0.8, 0.5))
    torch.testing.assert_close(first, both(models, [OLD])[0], atol=1e-5, rtol=1e-4)
    assert not torch.allclose(second, both(models, [NEW])[0], atol=1e-3)


def test_maps_go_where_their_words_stand():
    new = "a small red circle left of a blue star"
    weights = torch.rand(2, 1, 4, LENGTH)
    taken = control(OLD, new, 1.0, 0.0)(900, "up", "cross", weights)
    torch.testing.assert_close(taken[0], weights[0])
    torch.testing.assert_close(taken[1, ..., 2], weights[1, ..., 2]), "'small' looks for itself"
    for there, here in ((0, 0), (1, 1), (3, 2), (4, 3), (8, 7), (9, 8)):
        torch.testing.assert_close(taken[1, ..., there], weights[0, ..., here])


def test_windows_close_when_their_share_is_over():
    weights = torch.rand(2, 1, 4, LENGTH)
    watch = control(OLD, NEW, 0.8, 0.3)
    assert within(1000, 1.0) and within(1, 1.0) and not within(1000, 0.0)
    assert not torch.equal(watch(201, "up", "cross", weights), weights)
    assert torch.equal(watch(200, "up", "cross", weights), weights)
    places = torch.rand(2, 1, 4, 4)
    assert torch.equal(watch(701, "up", "self", places)[1], places[0])
    assert torch.equal(watch(700, "up", "self", places), places)


def test_weights_turn_words_up_and_down(models: SimpleNamespace):
    weights = even(2, torch.device("cpu"))
    weights[1, 2] = 3.0
    maps = torch.rand(2, 1, 4, LENGTH)
    scaled = control(OLD, OLD, 0.0, 0.0, weights)(10, "up", "cross", maps)
    torch.testing.assert_close(scaled[1, ..., 2], 3 * maps[1, ..., 2])
    scaled[1, ..., 2] = maps[1, ..., 2]
    assert torch.equal(scaled, maps)
    first, second = both(models, [OLD, OLD], control(OLD, OLD, 1.0, 1.0, weights))
    assert not torch.allclose(first, second, atol=1e-3)


def test_blending_keeps_what_no_changed_word_looks_at(models: SimpleNamespace):
    looks = Looks(control(OLD, NEW, 0.5, 0.2))
    pairs = align(OLD, NEW)
    chosen = torch.from_numpy(np.stack([pairs.dropped, pairs.changed]))
    blend = LocalBlend(looks, chosen, threshold=0.9)
    first, second = both(models, [OLD, NEW], looks, hand=blend)
    mask = blend.mask[0].expand_as(first)
    assert 0 < mask.float().mean() < 1
    assert torch.equal(first[~mask], second[~mask])
    assert not torch.allclose(first[mask], second[mask], atol=1e-3)


def test_the_mask_is_where_a_chosen_word_is_looked_at():
    looks = Looks()
    maps = torch.zeros(2, 1, 64, LENGTH)
    maps[..., 1] = 1.0
    maps[0, :, :8, 5], maps[1, :, 56:, 6] = 1.0, 1.0  # the old word in the top row, the new one in the bottom row
    looks(500, "up", "cross", maps)
    chosen = torch.zeros(2, LENGTH, dtype=torch.bool)
    chosen[0, 5] = chosen[1, 6] = True
    blend = LocalBlend(looks, chosen, threshold=0.5)
    blend(torch.zeros(2, 4, 16, 16), 400)
    assert blend.mask[0, 0, [0, 1, 14, 15]].all()
    assert not blend.mask[0, 0, 3:13].any()


# inversion


@pytest.mark.parametrize("text", [OLD, ""])
def test_painting_from_inverted_noise_gives_the_picture_back(models: SimpleNamespace, text: str):
    """For a text that is painted without guidance, as the first picture of an edit of one's own is."""
    x0 = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(5)).clamp(-2, 2)
    eps_model, visits = worded(models.painter, spoken(models.painter, [text])), times(20)
    x_T = finish(unpaint(eps_model, x0, TRAINED, visits)).x_t
    back = finish(paint(eps_model, x_T, TRAINED, visits)).x_t
    torch.testing.assert_close(back, x0, atol=0.01, rtol=0)
    assert (x_T - x0).abs().mean() > 0.3


def test_noise_belongs_to_its_seed():
    assert torch.equal(noise(1, 2, 4, 16, torch.device("cpu")), noise(1, 2, 4, 16, torch.device("cpu")))
    assert not torch.equal(noise(1, 1, 4, 16, torch.device("cpu")), noise(2, 1, 4, 16, torch.device("cpu")))
