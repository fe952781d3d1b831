"""The network: attention that can be watched and changed, words that are heard, and what it minimises."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from engine.diffusion.schedules import COSINE
from engine.editing.attention import pooled
from engine.editing.guidance import spoken, unspoken
from engine.editing.lessons import Lesson
from engine.editing.objectives import PaintWords, Reconstruct, misread
from engine.editing.prompts import GLUE, OWNERS
from engine.editing.tokens import EMPTY, LENGTH, encode_all
from engine.editing.warm_start import widened
from engine.scenes import words

TEXTS = ["a red circle", "a small blue star on a white background"]
X, T = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(1)), torch.tensor([300.0, 700.0])


def test_each_place_spreads_its_attention_over_places_or_over_what_was_said(models: SimpleNamespace):
    seen = {}

    def watch(layer: str, kind: str, weights: Tensor) -> Tensor:
        seen[layer, kind] = weights
        return weights

    models.painter(X, T, spoken(models.painter, TEXTS), watch=watch)
    assert set(seen) == {(layer, kind) for layer in ("down", "middle", "up") for kind in ("self", "cross")}
    for (layer, kind), weights in seen.items():
        places = 16 if layer == "middle" else 64
        assert weights.shape == (2, 4, places, LENGTH if kind == "cross" else places)
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 4, places))
        if kind == "cross":
            for i, text in enumerate(TEXTS):
                assert weights[i, ..., len(words(text)) + 1 :].max() < 1e-30


def test_what_a_watch_returns_is_what_counts(models: SimpleNamespace):
    text = spoken(models.painter, TEXTS)
    plain = models.painter(X, T, text)
    torch.testing.assert_close(models.painter(X, T, text, watch=lambda layer, kind, weights: weights), plain)
    blind = models.painter(X, T, text, watch=lambda layer, kind, weights: 0 * weights)
    assert not torch.allclose(blind, plain)


def test_the_words_and_their_order_are_heard(models: SimpleNamespace):
    def painted(text: str) -> Tensor:
        return models.painter(X[:1], T[:1], spoken(models.painter, [text]))

    first = painted("a red circle and a blue star")
    assert not torch.allclose(first, painted("a blue circle and a red star"))
    assert not torch.allclose(first, painted(""))


def test_what_follows_the_last_word_is_not_heard(models: SimpleNamespace):
    text = spoken(models.painter, TEXTS)
    noisy = replace(text, tokens=torch.where(text.said[..., None], text.tokens, torch.randn_like(text.tokens)))
    torch.testing.assert_close(models.painter(X, T, noisy), models.painter(X, T, text))
    torch.testing.assert_close(pooled(noisy)[0], text.tokens[0, :4].mean(0))


def test_without_text_all_pictures_are_told_the_same(models: SimpleNamespace):
    nothing = unspoken(models.painter, 2)
    assert nothing.said.sum(1).tolist() == [1, 1]
    torch.testing.assert_close(nothing.tokens[0], nothing.tokens[1])


def test_the_editor_begins_as_the_painter_whatever_picture_it_sees(models: SimpleNamespace):
    editor = type(models.editor)(4, 16, 32, 16, edits=True, autoencoder="scene-autoencoder").eval()
    editor.load_state_dict(widened(models.painter.state_dict(), editor))
    text = spoken(models.painter, TEXTS)
    torch.testing.assert_close(
        editor(X, T, text, source=torch.randn_like(X)), models.painter(X, T, text), atol=1e-5, rtol=1e-5
    )


def test_a_wider_stem_makes_the_source_picture_seen(models: SimpleNamespace):
    text = spoken(models.editor, TEXTS)
    with_source = models.editor(X, T, text, source=torch.ones_like(X))
    assert not torch.allclose(with_source, models.editor(X, T, text))
    torch.testing.assert_close(models.editor(X, T, text), models.editor(X, T, text, source=torch.zeros_like(X)))


@pytest.fixture
def lesson() -> Lesson:
    """Two prompts of two owners each; the left half of each picture is the first's, the right half the second's."""
    tokens = torch.from_numpy(encode_all(["red circle blue star", "green ring pink moon"]))
    owners = torch.full((2, LENGTH), GLUE)
    owners[:, 0], owners[:, 1:3], owners[:, 3:5] = 0, 1, 2
    shares = torch.zeros(2, OWNERS, 8, 8)
    shares[:, 1, :, :4], shares[:, 2, :, 4:] = 1.0, 1.0
    return Lesson(torch.randn(2, 4, 16, 16), tokens, owners, shares)


def test_reading_is_right_when_places_look_at_their_words(lesson: Lesson):
    right = torch.zeros(2, 8, 8, LENGTH)
    right[:, :, :4, 2], right[:, :, 4:, 3] = 1.0, 1.0
    even = torch.zeros(2, 8, 8, LENGTH)
    even[..., :5] = 0.2
    assert misread(right.flatten(1, 2), lesson).abs().max() < 1e-3
    torch.testing.assert_close(misread(even.flatten(1, 2), lesson).mean(), -torch.tensor(0.4001).log())
    assert misread(right.flip(2).flatten(1, 2), lesson).min() > 9


def test_a_network_that_knows_the_velocity_loses_nothing(lesson: Lesson):
    """The oracle solves for ε with the x₀ that it knows: v = √ᾱ ε − √(1 − ᾱ) x₀."""

    class Oracle:
        def read(self, tokens: Tensor) -> Tensor:
            return tokens

        def __call__(self, x_t: Tensor, t: Tensor, text: Tensor, source: None, watch) -> Tensor:
            watch("down", "cross", torch.full((2, 4, 64, LENGTH), 1 / LENGTH))
            alpha_bar = torch.from_numpy(COSINE.alpha_bar)[t].view(-1, 1, 1, 1)
            eps = (x_t - alpha_bar**0.5 * lesson.x0) / (1 - alpha_bar) ** 0.5
            return (alpha_bar**0.5 * eps - (1 - alpha_bar) ** 0.5 * lesson.x0).float()

    torch.manual_seed(0)
    losses = PaintWords(COSINE, drop=0.0, layers=("down",))(Oracle(), lesson, 0.0)
    assert losses["mse"] < 1e-6
    torch.testing.assert_close(losses["reading"], -torch.tensor(2 / LENGTH + 1e-4).log())


def test_texts_and_sources_are_left_out_as_often_as_asked(lesson: Lesson):
    many = Lesson(
        *(part.repeat_interleave(2000, 0) for part in (lesson.x0, lesson.tokens, lesson.owners)), lesson.shares
    )
    many = replace(many, source=torch.ones(4000, 1, 1, 1))
    torch.manual_seed(0)
    silent, tokens, source = PaintWords(COSINE, drop=0.1)._left_out(many)
    blind = source.flatten() == 0
    for share, wanted in ((silent, 0.1), (blind, 0.1), (silent & blind, 0.05)):
        assert abs(float(share.float().mean()) - wanted) < 0.02
    assert (tokens[silent, 1:] == EMPTY).all()
    assert (tokens[~silent] == many.tokens[~silent]).all()


def test_codes_have_mean_0_and_variance_1_while_training(models: SimpleNamespace):
    autoencoder = models.autoencoder.train()
    z = autoencoder.encode(torch.rand(8, 3, 64, 64))
    models.autoencoder.eval()
    torch.testing.assert_close(z.mean((0, 2, 3)), torch.zeros(4), atol=1e-4, rtol=0)
    torch.testing.assert_close(z.var((0, 2, 3), unbiased=False), torch.ones(4), atol=1e-2, rtol=0)


def test_reconstruction_costs_what_it_misses_in_tone_and_at_edges():
    class Off:
        """An autoencoder that is off by a checkerboard of ±0.1."""

        board = 0.2 * ((torch.arange(64)[:, None] + torch.arange(64)) % 2) - 0.1

        def encode(self, x: Tensor) -> Tensor:
            return x

        def paint(self, z: Tensor) -> Tensor:
            return z + self.board

    losses = Reconstruct(noise=0.0, edges=0.5)(Off(), torch.rand(2, 3, 64, 64), 0.0)
    torch.testing.assert_close(losses["loss"], torch.tensor(0.1 + 0.5 * (0.2 + 0.2)))
    torch.testing.assert_close(losses["mse"], torch.tensor(0.01))
