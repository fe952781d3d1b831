"""What became of a prompt or an instruction, asked of the scene that the judge reads in the picture. No torch: pages
ask too."""

import re
from dataclasses import dataclass
from itertools import permutations

from engine.editing.agreement import ATTRIBUTES, matched
from engine.editing.instructions import targets
from engine.scenes import Claim, Phrase, Scene, Thing, words
from engine.scenes.claims import PLACES, SIDES, place_of, side_of
from engine.scenes.edits import Edit
from engine.scenes.wording import RELATIONS

MOST_FOUND = 6
"""Things beyond these are not tried as what a phrase may mean."""


def attributes_of_prompt(claim: Claim, found: Scene) -> float:
    """The share of the attributes that a prompt names of things and of the background that the picture has.

    Each named thing is taken for the thing found that suits it best, all of them together.
    """
    asked = [phrase for phrase in claim.phrases for _ in range(phrase.count)]
    things = [*found.things[:MOST_FOUND], *[None] * len(asked)]
    best = max(sum(map(_suits, asked, order)) for order in permutations(things, len(asked)))
    ground = [(getattr(claim.ground, name), getattr(found.background, name)) for name in ("colour", "texture")]
    named = [(wanted, there) for wanted, there in ground if wanted is not None]
    total = sum(len(_named(phrase)) for phrase in asked) + len(named)
    return (best + sum(wanted == there for wanted, there in named)) / total


@dataclass(frozen=True)
class Verdict:
    """Whether an edit was done, and the share of what it does not name that stayed, background included."""

    done: bool
    kept: float


def verdict(pair: Edit, found: Scene) -> Verdict:
    """What became of an edit, judged by the scene found in the edited picture."""
    changed = [thing for thing in pair.after.things if thing not in pair.before.things]
    stayed = [thing for thing in pair.after.things if thing in pair.before.things]
    kept = [_alike(thing, other) for thing, other in matched(Scene(tuple(stayed), found.background), found)]
    same_ground = pair.before.background == pair.after.background
    ground_right = all(
        getattr(pair.after.background, name) == getattr(found.background, name) for name in ("colour", "texture")
    )
    counted = len(found.things) == len(pair.after.things)
    done = counted and all(_arrived(thing, pair, found) for thing in changed) and (same_ground or ground_right)
    if pair.kind == "remove":
        gone = next(thing for thing in pair.before.things if thing not in pair.after.things)
        done = counted and matched(Scene((gone,), found.background), found)[0][1] is None
    kept += [ground_right] if same_ground else []
    return Verdict(done, sum(kept) / len(kept) if kept else 1.0)


def _arrived(thing: Thing, pair: Edit, found: Scene) -> bool:
    """Whether a changed thing was found with its attributes: at its place, or, if it was moved or added, where the
    instruction wants it."""
    if pair.kind not in ("add", "move"):
        return _alike(*matched(Scene((thing,), found.background), found)[0])
    candidates = [other for other in found.things if _alike(thing, other)]
    return any(_where_asked(thing, other, pair, found) for other in candidates)


def _where_asked(thing: Thing, other: Thing, pair: Edit, found: Scene) -> bool:
    """In the part of the picture that the instruction names, or on the side of a thing that it names."""
    said = " ".join(words(pair.instruction))
    if any(place_of(thing) == part and named_place(place, said) for place, part in PLACES.items()):
        return place_of(other) == place_of(thing)
    named = targets(pair.instruction)[-1:]
    anchors = [other for other in pair.after.things if other != thing and any(phrase.fits(other) for phrase in named)]
    seen = [(anchor, there) for anchor, there in matched(Scene(tuple(anchors), found.background), found) if there]
    sides = [side for side in SIDES if any(form in said for form in RELATIONS[side])]
    return any(side_of(thing, anchor) == side and SIDES[side](other, there) for anchor, there in seen for side in sides)


def named_place(place: str, said: str) -> bool:
    """Whether words name one of `PLACES`, with whatever preposition: "the left", and not "the left of"."""
    return re.search(rf"\b{place.split(' ', 1)[1]}\b(?! of\b)", said) is not None


def _alike(thing: Thing, other: Thing | None) -> bool:
    return other is not None and all(getattr(thing, name) == getattr(other, name) for name in ATTRIBUTES)


def _suits(phrase: Phrase, thing: Thing | None) -> int:
    return 0 if thing is None else sum(getattr(phrase, name) == getattr(thing, name) for name in _named(phrase))


def _named(phrase: Phrase) -> list[str]:
    return [name for name in ATTRIBUTES if getattr(phrase, name) is not None]
