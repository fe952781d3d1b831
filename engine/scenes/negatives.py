"""Hard negatives: captions that are false of their scene by one swap, and otherwise word for word the same."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

from engine.scenes.captions import Caption
from engine.scenes.claims import BETWEEN, OPPOSITES, PLACES, SIDES, Claim, Phrase
from engine.scenes.composing import MOST, pick
from engine.scenes.truth import Scene


def negative(said: Caption, scene: Scene, kind: str, seed: int) -> Caption | None:
    """A caption made false by one alteration of a `kind`; None where the kind makes nothing false of it.

    Kinds are "colours" (of two things, exchanged), "relation" (its opposite), "order" (of the things related: the same
    words) and "count".
    """
    false = [claim for claim in ALTERATIONS[kind](said.claim) if not claim.holds(scene)]
    return said.reworded(pick(Random(f"negative {kind} {seed}"), false)) if false else None


def _colours(claim: Claim) -> Iterator[Claim]:
    for i, j in combinations(range(len(claim.phrases)), 2):
        a, b = claim.phrases[i], claim.phrases[j]
        if a.colour and b.colour and a.colour != b.colour:
            swapped = _with(claim, i, replace(a, colour=b.colour))
            yield _with(swapped, j, replace(b, colour=a.colour))


def _relation(claim: Claim) -> Iterator[Claim]:
    if claim.relation in SIDES:
        yield replace(claim, relation=OPPOSITES[claim.relation])
    if claim.relation in PLACES:
        yield from (replace(claim, relation=place) for place in PLACES if place != claim.relation)


def _order(claim: Claim) -> Iterator[Claim]:
    if claim.relation in SIDES or claim.relation == BETWEEN:
        first, *rest = claim.phrases
        for i, other in enumerate(rest):
            yield replace(claim, phrases=(other, *rest[:i], first, *rest[i + 1 :]))


def _count(claim: Claim) -> Iterator[Claim]:
    """Another number of one phrase; a relation speaks of single things, so its numbers stay."""
    if claim.relation is None:
        for i, phrase in enumerate(claim.phrases):
            yield from (_with(claim, i, replace(phrase, count=n)) for n in range(1, MOST + 1) if n != phrase.count)


def _with(claim: Claim, i: int, phrase: Phrase) -> Claim:
    return replace(claim, phrases=(*claim.phrases[:i], phrase, *claim.phrases[i + 1 :]))


ALTERATIONS: dict[str, Callable[[Claim], Iterator[Claim]]] = {
    "colours": _colours,
    "relation": _relation,
    "order": _order,
    "count": _count,
}
"""The claims that are one swap away from a claim, by kind."""
