"""Captions, negatives and instructions say in English what their data say; the tests read it with eyes of their own."""

import re
from collections import Counter
from itertools import product

import pytest

from engine.scenes import (
    VOCABULARY,
    Background,
    Claim,
    Ground,
    Phrase,
    Scene,
    Thing,
    caption,
    edit,
    negative,
    scene,
    words,
)
from engine.scenes.captions import GROUNDINGS, KINDS, TEMPLATES
from engine.scenes.claims import PLACES, SIDES, place_of, related, side_of
from engine.scenes.edits import TEMPLATES as INSTRUCTIONS
from engine.scenes.negatives import ALTERATIONS
from engine.scenes.truth import BACKGROUNDS, COLOURS
from engine.scenes.wording import GROUNDS, NOUNS, RELATIONS, SIZE_WORDS, TEXTURE_WORDS, listed, plural

COUNTS = {"no": 0, "a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "three": 3, "four": 4}
BEHIND = {"with stripes": "striped", "with dots": "dotted", "with checks": "checked"}
MEANING = (
    {colour: ("colour", colour) for colour in (*COLOURS, *BACKGROUNDS)}
    | {word: ("size", size) for size, synonyms in SIZE_WORDS.items() for word in synonyms}
    | {word: ("texture", texture) for texture, synonyms in TEXTURE_WORDS.items() for word in synonyms}
)


def read(text: str) -> list[Phrase | Ground]:
    """The noun phrases of a text in their order, understood word by word; those of other matters are passed over."""
    nouns = {noun: shape for shape, synonyms in NOUNS.items() for noun in synonyms}
    nouns |= {plural(noun): shape for noun, shape in nouns.items()}
    noun = "|".join(sorted([*nouns, *GROUNDS], key=len, reverse=True))
    pattern = rf"\b({'|'.join(COUNTS)}) ((?:(?:{'|'.join(MEANING)}) )*)({noun})\b((?: (?:{'|'.join(BEHIND)}))?)"
    found = []
    for count, adjectives, noun, behind in re.findall(pattern, text):
        attributes = dict(MEANING[word] for word in adjectives.split())
        if behind:
            attributes["texture"] = BEHIND[behind.strip()]
        found.append(
            Ground(**attributes) if noun in GROUNDS else Phrase(nouns[noun], count=COUNTS[count], **attributes)
        )
    return found


def bag(text: str) -> Counter:
    """The words of a text in no order, whichever article they want."""
    return Counter("a" if word == "an" else word for word in words(text))


@pytest.fixture(scope="module")
def scenes():
    return [scene(11, n) for n in range(1500)]


@pytest.fixture(scope="module")
def captions(scenes):
    return [caption(one, n) for n, one in enumerate(scenes)]


@pytest.fixture(scope="module")
def edits():
    return [edit(11, n) for n in range(1500)]


# what a claim means


def thing(shape="circle", colour="red", size="small", texture="plain", x=0.5, y=0.5) -> Thing:
    return Thing(shape, colour, size, texture, x, y, 0.1, 0.0)


ROW = Scene(
    (thing(x=0.2), thing("star", "blue", x=0.5, y=0.52), thing("circle", "red", "large", "dotted", x=0.8)),
    Background("grey", "striped", 0.0),
)
"""A small red circle, a blue star, and a large dotted red circle, from left to right."""
SMALL, STAR, LARGE = Phrase("circle", "red", "small"), Phrase("star"), Phrase(texture="dotted")


@pytest.mark.parametrize(
    ("claim", "truth"),
    [
        (Claim((Phrase("circle", count=2), STAR)), True),
        (Claim((Phrase("circle"),)), False),
        (Claim((Phrase("circle", count=3),)), False),
        (Claim((Phrase(count=3),)), True),
        (Claim((Phrase("star", "red", count=0),)), True),
        (Claim((Phrase("star", "blue", count=0),)), False),
        (Claim((SMALL, STAR), "left of"), True),
        (Claim((STAR, SMALL), "left of"), False),
        (Claim((STAR, SMALL), "right of"), True),
        (Claim((STAR, SMALL), "below"), False),
        (Claim((STAR, LARGE, SMALL), "between"), True),
        (Claim((SMALL, LARGE, STAR), "between"), False),
        (Claim((STAR,), "in the middle"), True),
        (Claim((SMALL,), "in the middle"), False),
        (Claim((STAR,), ground=Ground("grey")), True),
        (Claim((STAR,), ground=Ground("grey", "plain")), False),
    ],
)
def test_claims_hold_of_what_they_say(claim, truth):
    assert claim.holds(ROW) == truth


def test_a_diagonal_is_told_by_its_longer_axis():
    a, b = thing(x=0.2, y=0.3), thing(x=0.8, y=0.7)
    assert side_of(a, b) == "left of" and side_of(b, a) == "right of"
    assert side_of(thing(x=0.4, y=0.1), b) == "above"
    assert side_of(thing(x=0.79, y=0.7), b) is None
    with pytest.raises(ValueError, match="no relation 'inside'"):
        related("inside", [a, b])


# captions


def test_captions_are_true_and_say_what_they_claim(scenes, captions):
    for one, said in zip(scenes, captions, strict=True):
        told = read(said.text)
        grounds = [part for part in told if isinstance(part, Ground)]
        phrases = [part for part in told if isinstance(part, Phrase)]
        assert Counter(phrases) == Counter(said.claim.phrases), said.text
        assert grounds == [ground for ground in [said.claim.ground] if ground != Ground()], said.text
        assert said.claim.holds(one), said.text
        assert all(len(phrase.among(one.things)) == phrase.count for phrase in phrases), said.text
        assert all(ground.fits(one.background) for ground in grounds), said.text


def test_relations_are_said_of_the_right_things_the_right_way_round(captions):
    """What follows the words of the relation is what the first thing is related to."""
    for said in captions:
        if said.kind in ("side", "between"):
            synonyms = "|".join(sorted(RELATIONS[said.claim.relation], key=len, reverse=True))
            _, after = re.split(rf"\b(?:{synonyms})\b", said.text)
            others = said.claim.phrases[1:]
            assert tuple(read(after)[: len(others)]) == others, said.text
        if said.kind == "place":
            assert said.claim.relation in said.text


def test_lists_speak_of_every_thing_once(scenes, captions):
    for one, said in zip(scenes, captions, strict=True):
        if said.kind in ("list", "total"):
            phrases = said.claim.phrases[said.kind == "total" :]
            assert all(sum(phrase.fits(thing) for phrase in phrases) == 1 for thing in one.things), said.text


def test_every_form_is_reached(scenes, captions):
    """A sentence of each form, with and without each way to bring in the background."""
    bare = {form for forms in TEMPLATES.values() for form in forms}
    grounded = {grounding.replace("{said}", form) for grounding, form in product(GROUNDINGS, bare)}
    found = {said.template for said in captions} | {caption(one, n).template for n, one in enumerate(scenes * 3, 5000)}
    assert found == bare | grounded


def test_captions_come_from_their_seed_and_are_many(scenes, captions):
    assert [caption(one, n) for n, one in enumerate(scenes[:50])] == captions[:50]
    assert len({caption(scenes[5], seed).text for seed in range(200)}) > 120


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_can_be_asked_for_and_a_list_stands_in_for_it(scenes, kind):
    kinds = {caption(one, n, [kind]).kind for n, one in enumerate(scenes[:400])}
    assert kind in kinds and kinds <= {kind, "list"}


def test_every_word_is_in_the_vocabulary_and_every_one_of_its_words_is_used(scenes, captions, edits):
    texts = [said.text for said in captions] + [pair.instruction for pair in edits]
    texts += [caption(one, n + 9000).text for n, one in enumerate(scenes)]
    assert {word for text in texts for word in words(text)} == VOCABULARY
    assert "dragon" not in VOCABULARY


def test_lists_and_plurals_read_well():
    assert [listed(list(names)) for names in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
    assert plural("cross") == "crosses" and plural("plus sign") == "plus signs"


# hard negatives


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_negatives_are_false_by_one_swap(scenes, captions, kind):
    found = 0
    for n, (one, said) in enumerate(zip(scenes, captions, strict=True)):
        false = negative(said, one, kind, n)
        if false is None:
            continue
        found += 1
        assert not false.claim.holds(one), false.text
        assert false.text != said.text
        phrases = [part for part in read(false.text) if isinstance(part, Phrase)]
        assert Counter(phrases) == Counter(false.claim.phrases), false.text
        assert false == negative(said, one, kind, n)
        if kind in ("colours", "order"):
            assert bag(false.text) == bag(said.text)
    assert found > 200


def test_what_is_true_after_a_swap_is_no_negative():
    """With a red and a blue one of each shape, exchanged colours are true as well."""
    four = [thing(shape, colour, x=x) for x, (shape, colour) in enumerate(product(("star", "ring"), ("red", "blue")))]
    one = Scene(tuple(four), ROW.background)
    both = Claim((Phrase("star", "red"), Phrase("ring", "blue")))
    said = caption(one, 0, ["list"]).reworded(both)
    assert both.holds(one)
    assert negative(said, one, "colours", 0) is None
    assert negative(said, one, "relation", 0) is None
    assert negative(said, one, "count", 0) is not None


# instructions


def test_an_instruction_names_one_thing_and_that_one_changes(edits):
    for pair in edits:
        named = [part for part in read(pair.instruction.replace("background", "")) if isinstance(part, Phrase)]
        if pair.kind in ("recolour", "remove", "move", "resize", "reshape", "retexture"):
            (old,) = set(pair.before.things) - set(pair.after.things)
            assert named[0].among(pair.before.things) == [old], pair.instruction
        if pair.kind in ("add", "reshape"):
            (new,) = set(pair.after.things) - set(pair.before.things)
            assert named[0 if pair.kind == "add" else 1].fits(new), pair.instruction


def test_where_an_instruction_says_a_thing_is_there_it_is_and_was_not(edits):
    sides = {word: side for side in SIDES for word in RELATIONS[side]}
    by_length = "|".join(sorted(sides, key=len, reverse=True))
    seen = Counter()
    for pair in edits:
        if pair.kind not in ("add", "move"):
            continue
        (new,) = set(pair.after.things) - set(pair.before.things)
        beside = re.search(rf"\b({by_length}) (the .*)", pair.instruction)
        if beside:
            (anchor,) = read(beside[2])[0].among(pair.before.things)
            assert side_of(new, anchor) == sides[beside[1]], pair.instruction
        else:
            place = next(place for place in PLACES if pair.instruction.endswith(place.split(" ", 1)[1]))
            assert place_of(new) == PLACES[place], pair.instruction
        if pair.kind == "move":
            (old,) = set(pair.before.things) - set(pair.after.things)
            truth = SIDES[sides[beside[1]]](old, anchor) if beside else place_of(old) == PLACES[place]
            assert not truth, pair.instruction
        seen[pair.kind, bool(beside)] += 1
    assert len(seen) == 4


def test_what_is_new_is_said(edits):
    for pair in edits:
        text = pair.instruction
        if pair.kind in ("recolour", "resize", "retexture"):
            (new,) = set(pair.after.things) - set(pair.before.things)
            attribute = {"recolour": "colour", "resize": "size", "retexture": "texture"}[pair.kind]
            assert MEANING[words(text)[-1]] == (attribute, getattr(new, attribute)), text
        if pair.kind == "background":
            told = dict(MEANING[word] for word in words(text) if word in MEANING)
            old, new = pair.before.background, pair.after.background
            changed = {
                name: getattr(new, name) for name in ("colour", "texture") if getattr(new, name) != getattr(old, name)
            }
            assert told == changed, text


def test_every_form_of_an_instruction_is_reached(edits):
    for kind, forms in INSTRUCTIONS.items():
        said = [pair.instruction for pair in edits if pair.kind == kind]
        for form in forms:
            pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(form))
            assert any(re.fullmatch(pattern, text) for text in said), form
