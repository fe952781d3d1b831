"""Edit pairs: a scene, an instruction, and the scene after it. What the instruction does not name stays as it is.

An instruction names its thing so that no other one fits. Things keep their order from back to front; a new thing comes
last.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from engine.scenes.claims import PLACES, SIDES, Phrase, place_of, side_of
from engine.scenes.composing import MOST, composed, has_room, one_more, pick, placed, some_radius
from engine.scenes.describing import loosely, singly
from engine.scenes.drawing import stamp, touched
from engine.scenes.truth import BACKGROUNDS, SEEN, SIZES, TEXTURES, Pairs, Scene, Thing
from engine.scenes.wording import RELATIONS, SIZE_WORDS, TEXTURE_WORDS, body, counted, some_words

TEMPLATES = {
    "recolour": ("make {the} {new}", "paint {the} {new}", "turn {the} {new}", "change the colour of {the} to {new}"),
    "remove": ("remove {the}", "delete {the}", "erase {the}", "take away {the}"),
    "add": ("add {new} {where}", "put {new} {where}", "draw {new} {where}"),
    "move": ("move {the} {where}", "bring {the} {where}", "shift {the} {where}"),
    "resize": ("make {the} {new}", "resize {the} to {new}", "change the size of {the} to {new}"),
    "reshape": ("turn {the} into {new}", "replace {the} with {new}", "change {the} to {new}"),
    "retexture": ("make {the} {new}", "change the texture of {the} to {new}"),
    "background": ("make the background {new}", "change the background to {new}", "put it all on a {new} background"),
}
"""The forms of an instruction, for each kind of edit."""

KINDS = tuple(TEMPLATES)
TRIES = 1000
"""Scenes that are tried for an edit before it counts as impossible."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`instruction` leads from the scene `before` to the scene `after`; `kind` is one of `KINDS`."""

    before: Scene
    after: Scene
    instruction: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """A scene after a change, and the words that ask for it: what is new, and where."""

    after: Scene
    new: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The thing of a scene that an instruction speaks of, and its name, such as "the red circle"."""

    scene: Scene
    thing: Thing
    name: str
    pairs: Pairs

    @property
    def others(self) -> list[Thing]:
        return [thing for thing in self.scene.things if thing is not self.thing]

    def turned_into(self, **attributes: object) -> Scene:
        """The scene with other attributes of the thing."""
        new = replace(self.thing, **attributes)
        return replace(self.scene, things=tuple(new if old is self.thing else old for old in self.scene.things))


def edit(seed: int, n: int, kinds: Sequence[str] = KINDS, pairs: Pairs = SEEN) -> Edit:
    """Edit `n` of the endless row that belongs to `seed`, each of `kinds` as likely; all things are of `pairs`.

    Raises `ValueError` where the pairs leave nothing to change: a shape of one colour alone cannot be recoloured.
    """
    rng = Random(f"edit {seed} {n}")
    kind = pick(rng, kinds)
    for _ in range(TRIES):
        if found := _tried(rng, composed(rng, pairs), kind, pairs):
            return found
    raise ValueError(f"Among these {len(pairs)} pairs of colour and shape there is nothing to {kind}.")


def edit_of(before: Scene, kind: str, seed: int, pairs: Pairs = SEEN) -> Edit | None:
    """An edit of that kind to this very scene, which `seed` decides; None where 20 tries find nothing to do."""
    rng = Random(f"edit of {kind} {seed}")
    tries = (_tried(rng, before, kind, pairs) for _ in range(20))
    return next(filter(None, tries), None) if before.things else None


def may_change(pair: Edit, size: int = 64) -> np.ndarray:
    """bool (S, S): the pixels that the edit may touch, shadows included; outside, both pictures are the same."""
    if pair.before.background != pair.after.background:
        return _background_shows(pair.before, size)
    changed = set(pair.before.things) ^ set(pair.after.things)
    return np.any([touched(thing, size) for thing in changed], axis=0)


def _tried(rng: Random, before: Scene, kind: str, pairs: Pairs) -> Edit | None:
    """One of a scene's things after a change, with an instruction; None where that cannot be done or said."""
    target = _named(rng, before, pick(rng, before.things), pairs)
    change = target and CHANGES[kind](rng, target)
    if not change:
        return None
    words = pick(rng, TEMPLATES[kind]).format(the=target.name, new=change.new, where=change.where)
    return Edit(before, change.after, words, kind)


def _background_shows(scene: Scene, size: int) -> np.ndarray:
    shows = np.ones((size, size), bool)
    for mark in (stamp(thing, size) for thing in scene.things):
        shows[mark.window][mark.cover == 1] = False
    return shows


def _named(rng: Random, scene: Scene, thing: Thing, pairs: Pairs) -> Target | None:
    """A thing as the target of an instruction; None where no words tell it from another one."""
    phrase = singly(rng, thing, scene.things)
    return Target(scene, thing, f"the {body(some_words(rng), phrase)}", pairs) if phrase else None


def _recolour(rng: Random, target: Target) -> Change | None:
    colours = [c for c, shape in target.pairs if shape == target.thing.shape and c != target.thing.colour]
    if not colours:
        return None
    colour = pick(rng, colours)
    return Change(target.turned_into(colour=colour), colour)


def _remove(rng: Random, target: Target) -> Change | None:
    """Never the last thing."""
    return Change(replace(target.scene, things=tuple(target.others))) if target.others else None


def _add(rng: Random, target: Target) -> Change | None:
    """In a part of the picture, or to one side of the target."""
    things = target.scene.things
    if len(things) == MOST:
        return None
    model = one_more(rng, things, target.pairs)
    if rng.random() < 0.5:
        where, new = _beside(rng, model, pick(rng, tuple(SIDES)), target, things)
    else:
        place = pick(rng, tuple(PLACES))
        where, new = place, placed(rng, model, things, lambda thing: place_of(thing) == PLACES[place])
    phrase = replace(loosely(rng, model, [model]), shape=model.shape)
    after = new and replace(target.scene, things=(*things, new))
    return Change(after, counted(1, body(some_words(rng), phrase)), where) if after else None


def _move(rng: Random, target: Target) -> Change | None:
    """To another part of the picture, or to one side of another thing."""
    thing, others = target.thing, target.others
    if others and rng.random() < 0.5:
        anchor = _named(rng, target.scene, pick(rng, others), target.pairs)
        if anchor is None:
            return None
        side = pick(rng, [side for side, holds in SIDES.items() if not holds(thing, anchor.thing)])
        where, new = _beside(rng, thing, side, anchor, others)
    else:
        place = pick(rng, [place for place, part in PLACES.items() if part != place_of(thing)])
        where = "to " + place.split(" ", 1)[1]
        new = placed(rng, thing, others, lambda moved: place_of(moved) == PLACES[place])
    return Change(target.turned_into(x=new.x, y=new.y), where=where) if new else None


def _beside(rng: Random, thing: Thing, side: str, anchor: Target, others: Sequence[Thing]) -> tuple[str, Thing | None]:
    """Words for a side of the anchor's thing, and `thing` there if it finds room among `others`."""
    there = placed(rng, thing, others, lambda moved: side_of(moved, anchor.thing) == side)
    return f"{pick(rng, RELATIONS[side])} {anchor.name}", there


def _resize(rng: Random, target: Target) -> Change | None:
    size = pick(rng, [size for size in SIZES if size != target.thing.size])
    radius = some_radius(rng, size)
    if not has_room(replace(target.thing, radius=radius), target.others):
        return None
    return Change(target.turned_into(size=size, radius=radius), pick(rng, SIZE_WORDS[size]))


def _reshape(rng: Random, target: Target) -> Change | None:
    shapes = [shape for c, shape in target.pairs if c == target.thing.colour and shape != target.thing.shape]
    if not shapes:
        return None
    shape = pick(rng, shapes)
    return Change(target.turned_into(shape=shape), counted(1, body(some_words(rng), Phrase(shape))))


def _retexture(rng: Random, target: Target) -> Change:
    texture = pick(rng, [texture for texture in TEXTURES if texture != target.thing.texture])
    return Change(target.turned_into(texture=texture), pick(rng, TEXTURE_WORDS[texture]))


def _background(rng: Random, target: Target) -> Change:
    """Another colour, another texture, or both."""
    old = target.scene.background
    colour = pick(rng, [colour for colour in BACKGROUNDS if colour != old.colour])
    texture = pick(rng, [texture for texture in TEXTURES if texture != old.texture])
    texture_word = pick(rng, TEXTURE_WORDS[texture])
    new, words = pick(
        rng,
        (
            (replace(old, colour=colour), colour),
            (replace(old, texture=texture), texture_word),
            (replace(old, colour=colour, texture=texture), f"{texture_word} {colour}"),
        ),
    )
    return Change(replace(target.scene, background=new), words)


CHANGES: dict[str, Callable[[Random, Target], Change | None]] = {
    "recolour": _recolour,
    "remove": _remove,
    "add": _add,
    "move": _move,
    "resize": _resize,
    "reshape": _reshape,
    "retexture": _retexture,
    "background": _background,
}
"""What each kind of edit does to its target; None where it cannot be done."""
