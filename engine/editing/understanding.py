"""Prompts → claims, as far as plain ones go, and scenes drawn from them by rule. NumPy only: pages use it too."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from engine.editing.instructions import SHAPES_SAID, SIZES_SAID, TEXTURES_SAID, texture_behind
from engine.editing.tokens import LENGTH
from engine.scenes import Background, Claim, Ground, Phrase, Scene, Thing, words
from engine.scenes.claims import BETWEEN, PLACES
from engine.scenes.composing import TILT, elsewhere, has_room, pick, some_radius
from engine.scenes.truth import BACKGROUNDS, COLOURS, SHAPES, SIZES
from engine.scenes.wording import GROUNDS, NUMBERS, RELATIONS

COUNTS = {"a": 1, "an": 1, "the": 1} | {word: count for count, word in enumerate(NUMBERS) if count}
ADJECTIVES = {
    "size": SIZES_SAID,
    "texture": TEXTURES_SAID,
    "colour": {colour: colour for colour in (*COLOURS, *BACKGROUNDS)},
}
"""What may stand before a noun, each once."""

BINDING = {place: place for place in PLACES} | {form: name for name, forms in RELATIONS.items() for form in forms}
LONGEST_FIRST = sorted(BINDING, key=len, reverse=True)
AROUND = frozenset(
    words("there is are, a picture of, an image with, the scene that shows, and on against in front behind")
)
"""Words that say nothing of the things."""

TRIES = 3000
"""Scenes that are drawn at random until one is as a claim says."""


def understood(text: str) -> Claim | None:
    """What a prompt claims, or None where it says more than this reads: one relation or place, and no "no"."""
    phrases, ground, gaps = [], Ground(), [[]]
    for found, said in _parts(words(text)):
        if isinstance(found, Phrase):
            phrases.append(found)
            gaps.append([])
        elif isinstance(found, Ground):
            ground = found
        else:
            gaps[-1].extend(said)
    bound = [_binding(gap) for gap in gaps]
    if not phrases or None in bound or sum(map(bool, bound)) > 1:
        return None
    relation = next(filter(None, bound), None)
    order = _order(phrases, relation, bound.index(relation) if relation else 0)
    return None if order is None else Claim(order, relation, ground)


def groups(text: str) -> list[int]:
    """Of each word: the number, from 1 on, of the naming that it is part of, "a red circle" being one; else 0."""
    numbers, count = [], 0
    for found, said in _parts(words(text)):
        count += found is not None
        numbers += [count if found is not None else 0] * len(said)
    return numbers


def with_namings(text: str, chosen: np.ndarray) -> np.ndarray:
    """bool (LENGTH,): the chosen tokens of a text, and all that are part of the same naming as one of them."""
    number = np.zeros(LENGTH, np.int64)
    number[1 : 1 + len(words(text))] = groups(text)
    return chosen | (number > 0) & np.isin(number, number[chosen])


def drawn_from(claim: Claim, seed: int) -> Scene | None:
    """A scene that is as a claim says; what is left open is chosen by the seed. None where no try comes out so."""
    rng, wanted = Random(f"as claimed {seed}"), [each for each in claim.phrases for _ in range(each.count)]
    for _ in range(TRIES):
        things: list[Thing] = []
        for phrase in wanted:
            thing = elsewhere(rng, _thing(rng, phrase))
            if not has_room(thing, things):
                break
            things.append(thing)
        colour = claim.ground.colour or pick(rng, tuple(BACKGROUNDS))
        scene = Scene(tuple(things), Background(colour, claim.ground.texture or "plain", 6.28 * rng.random()))
        if claim.holds(scene):
            return scene
    return None


def _parts(said: Sequence[str]) -> Iterator[tuple[Phrase | Ground | None, Sequence[str]]]:
    """The namings in a sentence and the single words between them (None), in their order."""
    i = 0
    while i < len(said):
        found, end = _group(said, i) or (None, i + 1)
        yield found, said[i:end]
        i = end


def _group(said: Sequence[str], start: int) -> tuple[Phrase | Ground, int] | None:
    """The things, or the background, that are named from a word on, and where the naming ends."""
    named = {"count": COUNTS[said[start]]} if said[start] in COUNTS else {}
    for i in range(start + len(named), len(said)):
        word = said[i]
        if word in SHAPES_SAID:
            return _ended(said, i + 1, Phrase(SHAPES_SAID[word], **named))
        if word == "plus":
            return _ended(said, i + 2, Phrase("cross", **named))
        if word in GROUNDS:
            return _ended(said, i + 1, Ground(named.get("colour"), named.get("texture")))
        kind = next((kind for kind, table in ADJECTIVES.items() if word in table and kind not in named), None)
        if kind is None:
            return None
        named[kind] = ADJECTIVES[kind][word]
    return None


def _ended(said: Sequence[str], end: int, found: Phrase | Ground) -> tuple[Phrase | Ground, int]:
    """The naming goes on where "with stripes" follows."""
    texture = texture_behind(said[end:])
    return (replace(found, texture=texture), end + 2) if texture else (found, end)


def _binding(gap: Sequence[str]) -> str | None:
    """The relation or place that the words between two namings speak of, "" where none, None where they say more."""
    text = f" {' '.join(gap)} "
    form = next((form for form in LONGEST_FIRST if f" {form} " in text), "")
    rest = text.replace(f" {form} ", " ", 1).split() if form else gap
    return BINDING.get(form, "") if AROUND.issuperset(rest) else None


def _order(phrases: list[Phrase], relation: str | None, gap: int) -> tuple[Phrase, ...] | None:
    """The phrases as `Claim` wants them: the one first that the relation is said of. None where they do not fit it."""
    if relation is None:
        return tuple(phrases)
    if relation in PLACES:
        first = max(0, gap - 1)
        return (phrases[first], *phrases[:first], *phrases[first + 1 :])
    needed = 3 if relation == BETWEEN else 2
    if len(phrases) != needed or gap > 1 or any(phrase.count != 1 for phrase in phrases):
        return None
    return tuple(phrases) if gap == 1 else (phrases[-1], *phrases[:-1])


def _thing(rng: Random, phrase: Phrase) -> Thing:
    """A thing that a phrase fits, in the middle."""
    size = phrase.size or pick(rng, tuple(SIZES))
    shape, colour = phrase.shape or pick(rng, tuple(SHAPES)), phrase.colour or pick(rng, tuple(COLOURS))
    turn = TILT * (2 * rng.random() - 1)
    return Thing(shape, colour, size, phrase.texture or "plain", 0.5, 0.5, some_radius(rng, size), turn)
