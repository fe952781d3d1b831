"""Texts → tokens, and which word of a new text takes the place of which word of the old one."""

import numpy as np
import pytest

from engine.editing.alignment import align
from engine.editing.instructions import missing, targets
from engine.editing.tokens import LENGTH, NUMBERS, START, TOKENS, WORDS, UnknownWords, encode, known
from engine.scenes import Background, Phrase, Scene, Thing, caption, edit, scene, words

OLD = "a red circle left of a blue square"


def counterparts(old: str, new: str) -> dict[str, str]:
    """The words of a new text that take over a word's attention, and whose."""
    pairs, before = align(old, new), ["", *words(old)]
    return {word: before[pairs.of[i]] for i, word in enumerate(words(new), 1) if pairs.has[i]}


def test_tokens_say_the_text_again():
    row = encode(OLD)
    assert row[0] == START
    assert [WORDS[number] for number in row[1:9]] == words(OLD)
    assert not row[9:].any()


def test_everything_that_training_says_has_tokens():
    texts = [edit(0, n).instruction for n in range(100)] + [caption(scene(0, n), n, ["list"]).text for n in range(30)]
    for text in texts:
        assert all(word in NUMBERS for word in words(text))
    assert len(set(WORDS)) == TOKENS < 256, "a token is kept in one byte"


def test_unknown_words_are_named_once_each_with_what_is_known():
    with pytest.raises(UnknownWords, match="I never learned 'dragon' and 'unicorn'. I know: circle, square"):
        encode("a red dragon beside a dragon, unicorn".replace("beside", "above"))
    assert all(word in NUMBERS for word in words(known()) if word not in ("i", "know"))


def test_a_text_that_is_too_long_is_refused():
    encode("a " * (LENGTH - 1))
    with pytest.raises(ValueError, match=f"At most {LENGTH - 1} words, please; these are {LENGTH}"):
        encode("a " * LENGTH)


def test_a_replaced_word_takes_over_the_attention_of_the_old_one():
    new = "a green circle left of a blue star"
    assert counterparts(OLD, new) == dict(zip(words(new), words(OLD), strict=True))
    pairs = align(OLD, new)
    assert [words(new)[i - 1] for i in np.flatnonzero(pairs.changed)] == ["green", "star"]
    assert [words(OLD)[i - 1] for i in np.flatnonzero(pairs.dropped)] == ["red", "square"]


def test_an_added_word_looks_for_itself():
    new = "a small red circle left of a blue square"
    assert "small" not in counterparts(OLD, new)
    assert counterparts(OLD, new)["circle"] == "circle"
    assert align(OLD, new).changed.sum() == 1


def test_the_same_text_is_aligned_with_itself():
    pairs = align(OLD, OLD)
    said = len(words(OLD)) + 1
    assert pairs.has[:said].all()
    assert (pairs.of[:said] == np.arange(said)).all()
    assert not pairs.changed.any()
    assert not pairs.dropped.any()


@pytest.mark.parametrize(
    ("instruction", "named"),
    [
        ("make the red circle blue", [Phrase("circle", "red")]),
        (
            "move the big hoop to the left of the striped moon",
            [Phrase("ring", size="large"), Phrase("moon", texture="striped")],
        ),
        ("delete the plus sign with dots", [Phrase("cross", texture="dotted")]),
        ("make the background white", []),
        ("move the star to the top left corner", [Phrase("star")]),
    ],
)
def test_an_instruction_names_its_things(instruction, named):
    assert targets(instruction) == named


def test_every_instruction_finds_what_it_names_in_its_scene():
    for n in range(200):
        pair = edit(3, n)
        assert missing(pair.instruction, pair.before) is None, pair.instruction


def test_what_is_not_there_is_said():
    circle = Thing("circle", "red", "small", "plain", 0.5, 0.5, 0.1, 0.0)
    alone = Scene((circle,), Background("white", "plain", 0.0))
    assert missing("paint the blue square green", alone) == "There is no blue square here. I see a red circle."
