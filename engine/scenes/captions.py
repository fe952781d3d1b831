"""Captions: true sentences about a scene, with what they claim as data beside the words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from random import Random

from engine.scenes.claims import BETWEEN, PLACES, Claim, Ground, Phrase, place_of, related, side_of
from engine.scenes.composing import pick
from engine.scenes.describing import each, loosely, singly
from engine.scenes.truth import COLOURS, Background, Scene, Thing
from engine.scenes.wording import written

TEMPLATES = {
    "list": (
        "{things}",
        "there {is} {things}",
        "a picture of {things}",
        "an image with {things}",
        "a scene that shows {things}",
    ),
    "total": ("{a}: {rest}", "there {is} {a}, namely {rest}", "{a} in all: {rest}"),
    "count": ("exactly {number}", "there {is} exactly {number}", "a picture with exactly {number}"),
    "side": (
        "{a} {relation} {b}",
        "{the_a} is {relation} {the_b}",
        "{relation} {the_b} there is {a}",
        "a picture of {a} {relation} {b}",
        "there is {a} {relation} {b}",
    ),
    "between": (
        "{a} {relation} {b} and {c}",
        "{the_a} is {relation} {the_b} and {the_c}",
        "{relation} {the_b} and {the_c} there is {a}",
    ),
    "place": ("{a} {relation}", "{the_a} is {relation}", "{relation} there is {a}", "a picture with {a} {relation}"),
    "absence": ("{a} but {b}", "there {is} {a} but {b}", "a picture with {a} and {b}"),
}
"""The forms of what is said of the things, for each kind of claim."""

GROUNDINGS = (
    "{said} on {ground}",
    "on {ground}, {said}",
    "{said} against {ground}",
    "{said} in front of {ground}",
    "{said}, and {ground} behind",
)
"""How the background comes in, in every second sentence."""

KINDS = tuple(TEMPLATES)


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence `text`, what it claims, and how it was worded: its kind, its form and the seed of its synonyms."""

    text: str
    claim: Claim
    kind: str
    template: str
    seed: int

    def reworded(self, claim: Claim) -> "Caption":
        """The same sentence about another claim of the same build."""
        return replace(self, text=written(claim, self.template, self.seed), claim=claim)


def caption(scene: Scene, seed: int, kinds: Sequence[str] = KINDS) -> Caption:
    """A true sentence about a scene, of one of `kinds`; a list of its things where none of them can be said of it."""
    rng = Random(f"caption {seed}")
    for kind in (*rng.sample(kinds, len(kinds)), "list"):
        if claim := CLAIMS[kind](rng, scene):
            break
    template = pick(rng, TEMPLATES[kind])
    if rng.random() < 0.5:
        template = pick(rng, GROUNDINGS).replace("{said}", template)
        claim = replace(claim, ground=_grounds(rng, scene.background))
    return Caption(written(claim, template, seed), claim, kind, template, seed)


def _list(rng: Random, scene: Scene) -> Claim:
    return Claim(each(rng, scene.things))


def _total(rng: Random, scene: Scene) -> Claim | None:
    phrases = each(rng, scene.things)
    return Claim((Phrase(count=len(scene.things)), *phrases)) if len(phrases) > 1 else None


def _count(rng: Random, scene: Scene) -> Claim:
    """How many things share the shape or the colour of one of them, both, or neither."""
    thing = pick(rng, scene.things)
    shape, colour = pick(rng, ((None, None), (thing.shape, None), (None, thing.colour), (thing.shape, thing.colour)))
    phrase = Phrase(shape, colour)
    return Claim((replace(phrase, count=len(phrase.among(scene.things))),))


def _side(rng: Random, scene: Scene) -> Claim | None:
    for a, b in _orders(rng, scene, 2):
        phrases = tuple(singly(rng, thing, scene.things) for thing in (a, b))
        if (side := side_of(a, b)) and all(phrases):
            return Claim(phrases, side)
    return None


def _between(rng: Random, scene: Scene) -> Claim | None:
    for things in _orders(rng, scene, 3):
        phrases = tuple(singly(rng, thing, scene.things) for thing in things)
        if related(BETWEEN, things) and all(phrases):
            return Claim(phrases, BETWEEN)
    return None


def _place(rng: Random, scene: Scene) -> Claim | None:
    thing = pick(rng, scene.things)
    phrase = singly(rng, thing, scene.things)
    place = next(place for place, part in PLACES.items() if part == place_of(thing))
    return Claim((phrase,), place) if phrase else None


def _absence(rng: Random, scene: Scene) -> Claim:
    """Something that is there, and a shape of the scene in a colour that it does not have."""
    there, model = pick(rng, scene.things), pick(rng, scene.things)
    absent = (Phrase(model.shape, colour, count=0) for colour in rng.sample(tuple(COLOURS), len(COLOURS)))
    missing = next(phrase for phrase in absent if not phrase.among(scene.things))
    return Claim((loosely(rng, there, scene.things), missing))


def _orders(rng: Random, scene: Scene, n: int) -> list[tuple[Thing, ...]]:
    """All ways to name n things of a scene one after the other, shuffled."""
    orders = list(permutations(scene.things, n))
    rng.shuffle(orders)
    return orders


def _grounds(rng: Random, background: Background) -> Ground:
    """The colour of a background, its texture, or both; a plain one is hardly worth a word."""
    textured = rng.random() < (0.2 if background.texture == "plain" else 0.6)
    coloured = not textured or rng.random() < 0.8
    return Ground(background.colour if coloured else None, background.texture if textured else None)


CLAIMS: dict[str, Callable[[Random, Scene], Claim | None]] = {
    "list": _list,
    "total": _total,
    "count": _count,
    "side": _side,
    "between": _between,
    "place": _place,
    "absence": _absence,
}
"""What can be said of a scene, by kind; None where there is nothing of the kind."""
