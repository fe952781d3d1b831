"""Which phrases to say of things: as little as tells them apart from the rest, or more."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from engine.scenes.claims import Phrase
from engine.scenes.truth import Thing


def loosely(rng: Random, thing: Thing, things: Sequence[Thing]) -> Phrase:
    """Some attributes of a thing, and how many of `things` share them."""
    texture_chance = 0.15 if thing.texture == "plain" else 0.5
    return _counted(
        Phrase(
            shape=thing.shape if rng.random() < 0.93 else None,
            colour=thing.colour if rng.random() < 0.8 else None,
            size=thing.size if rng.random() < 0.35 else None,
            texture=thing.texture if rng.random() < texture_chance else None,
        ),
        things,
    )


def fully(thing: Thing, things: Sequence[Thing]) -> Phrase:
    """All attributes of a thing, and how many of `things` share them."""
    return _counted(Phrase(thing.shape, thing.colour, thing.size, thing.texture), things)


def singly(rng: Random, thing: Thing, things: Sequence[Thing]) -> Phrase | None:
    """A phrase that fits this one thing only; None where another one has the same attributes."""
    phrase = loosely(rng, thing, things)
    if phrase.count > 1:
        phrase = fully(thing, things)
    return phrase if phrase.count == 1 else None


def each(rng: Random, things: Sequence[Thing]) -> tuple[Phrase, ...]:
    """Phrases that speak of every thing once, in a random order."""
    phrases = []
    unsaid = rng.sample(things, len(things))
    while unsaid:
        phrase = loosely(rng, unsaid[0], things)
        if phrase.count != len(phrase.among(unsaid)):
            phrase = fully(unsaid[0], things)
        phrases.append(phrase)
        unsaid = [thing for thing in unsaid if not phrase.fits(thing)]
    return tuple(phrases)


def _counted(phrase: Phrase, things: Sequence[Thing]) -> Phrase:
    return replace(phrase, count=len(phrase.among(things)))
