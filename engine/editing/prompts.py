"""Prompts: what a scene is painted from. They speak of everything in it, and know which word belongs to which thing.

Simpler than captions at large: one or two things, seldom with textures, each with its colour and shape. NumPy
only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from engine.editing.tokens import LENGTH, encode
from engine.scenes import SEEN, Claim, Drawing, Ground, Phrase, Scene, Thing, may_change, words
from engine.scenes.captions import GROUNDINGS, TEMPLATES
from engine.scenes.claims import PLACES, place_of, side_of
from engine.scenes.composing import MOST, composed, pick
from engine.scenes.edits import Edit
from engine.scenes.truth import Pairs
from engine.scenes.wording import body, ground, some_words, written

MOST_THINGS = 2
CALMED = 0.9
"""This share of the textures becomes plain."""

NOBODY, GLUE, BEHIND = 0, -1, MOST + 1
"""Whose a token is: START speaks of what nobody speaks of, glue of nothing, and the last owner is the background. The
owners between are the phrases, from 1 on."""

OWNERS = BEHIND + 1
PLACES_ACROSS = 8
"""The places along a side of which a share belongs to each owner."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text, what it claims, and the owner of each token, int8 (LENGTH,)."""

    text: str
    claim: Claim
    owners: np.ndarray


def calm_scene(seed: int, n: int, pairs: Pairs = SEEN) -> Scene:
    """Scene `n` of the endless row of scenes to paint that belongs to `seed`."""
    rng = Random(f"to paint {seed} {n}")
    while len((scene := composed(rng, pairs)).things) > MOST_THINGS:
        pass
    things = tuple(_calmed(rng, thing) for thing in scene.things)
    return Scene(things, _calmed(rng, scene.background))


def prompt(scene: Scene, seed: int) -> Prompt:
    """A sentence that names all things of a scene and, more often than not, its background. It fits into LENGTH."""
    rng = Random(f"prompt {seed}")
    while True:
        claim, kind = _claim(rng, scene)
        template = pick(rng, TEMPLATES[kind])
        if rng.random() < 0.6:
            template = pick(rng, GROUNDINGS).replace("{said}", template)
            claim = replace(claim, ground=_ground(rng, scene))
        wording = int(1e9 * rng.random())
        text = written(claim, template, wording)
        if len(words(text)) < LENGTH:
            return Prompt(text, claim, _owners(text, claim, wording))


def shares(claim: Claim, scene: Scene, drawing: Drawing) -> np.ndarray:
    """How much of each place belongs to each owner, float32 (OWNERS, 8, 8), summing to 1 at each place."""
    owner_of = np.zeros(len(scene.things) + 1, np.int64)
    owner_of[0] = NOBODY if claim.ground == Ground() else BEHIND
    for number, thing in enumerate(scene.things, 1):
        owner_of[number] = next((i for i, phrase in enumerate(claim.phrases, 1) if phrase.fits(thing)), NOBODY)
    return _by_place(np.arange(OWNERS)[:, None, None] == owner_of[drawing.instances])


def edit_owners(instruction: str) -> np.ndarray:
    """Every word of an instruction belongs to what changes, int8 (LENGTH,)."""
    owners = (encode(instruction) > 0).astype(np.int8)
    owners[0] = NOBODY
    return owners


def edit_shares(pair: Edit) -> np.ndarray:
    """Which share of each place an edit may change, laid out as `shares`: the first phrase's; the rest is nobody's."""
    changes = may_change(pair)
    return _by_place(np.stack([~changes, changes, *np.zeros((OWNERS - 2, *changes.shape), bool)]))


def _by_place(masks: np.ndarray) -> np.ndarray:
    """Masks (K, S, S) as shares (K, 8, 8)."""
    count, side = len(masks), masks.shape[-1] // PLACES_ACROSS
    tiles = masks.reshape(count, PLACES_ACROSS, side, PLACES_ACROSS, side)
    return tiles.mean((2, 4), dtype=np.float32)


def _calmed(rng: Random, textured: object) -> object:
    return replace(textured, texture="plain") if rng.random() < CALMED else textured


def _claim(rng: Random, scene: Scene) -> tuple[Claim, str]:
    """What is said of the things, and its kind: how they lie, in two of three prompts, or a plain list of them."""
    things = scene.things
    if rng.random() < 2 / 3 and (related_claim := RELATED[len(things) - 1](rng, things)):
        return related_claim
    return Claim(_each(rng, things)), "list"


def _place(rng: Random, things: Sequence[Thing]) -> tuple[Claim, str]:
    place = next(place for place, part in PLACES.items() if part == place_of(things[0]))
    return Claim((_phrase(rng, things[0], things),), place), "place"


def _side(rng: Random, things: Sequence[Thing]) -> tuple[Claim, str] | None:
    a, b = rng.sample(things, 2)
    phrases = tuple(_phrase(rng, thing, things) for thing in (a, b))
    side = side_of(a, b)
    return (Claim(phrases, side), "side") if side and all(phrase.count == 1 for phrase in phrases) else None


RELATED = (_place, _side)
"""How one or two things lie; None where there is nothing clear to say."""


def _phrase(rng: Random, thing: Thing, things: Sequence[Thing]) -> Phrase:
    """A thing's colour and shape, and often its size; its texture if it has one."""
    size = thing.size if rng.random() < 0.4 else None
    texture = thing.texture if thing.texture != "plain" or rng.random() < 0.1 else None
    return _counted(Phrase(thing.shape, thing.colour, size, texture), things)


def _each(rng: Random, things: Sequence[Thing]) -> tuple[Phrase, ...]:
    """Phrases that speak of every thing once, in a random order."""
    phrases, unsaid = [], rng.sample(things, len(things))
    while unsaid:
        thing = unsaid[0]
        phrase = _phrase(rng, thing, things)
        if phrase.count != len(phrase.among(unsaid)):
            phrase = _counted(Phrase(thing.shape, thing.colour, thing.size, thing.texture), things)
        phrases.append(phrase)
        unsaid = [other for other in unsaid if not phrase.fits(other)]
    return tuple(phrases)


def _counted(phrase: Phrase, things: Sequence[Thing]) -> Phrase:
    return replace(phrase, count=len(phrase.among(things)))


def _ground(rng: Random, scene: Scene) -> Ground:
    texture = scene.background.texture
    return Ground(scene.background.colour, texture if texture != "plain" or rng.random() < 0.1 else None)


def _owners(text: str, claim: Claim, wording: int) -> np.ndarray:
    """The owner of each token: the words of each phrase are looked for in the text, the longest phrase first."""
    said, chosen = words(text), some_words(Random(f"wording {wording}"))
    bodies = [(i, words(body(chosen, phrase))) for i, phrase in enumerate(claim.phrases, 1)]
    if claim.ground != Ground():
        bodies.append((BEHIND, words(ground(chosen, claim.ground))[1:]))
    owners = np.full(LENGTH, GLUE, np.int8)
    owners[0] = NOBODY
    for owner, wanted in sorted(bodies, key=lambda named: -len(named[1])):
        starts = range(len(said) - len(wanted) + 1)
        free = (i for i in starts if said[i : i + len(wanted)] == wanted and owners[i + 1] == GLUE)
        start = next(free) + 1
        owners[start : start + len(wanted)] = owner
    return owners
