"""Instructions → edits, as far as a rule can follow them: what should come of a picture. NumPy only: pages ask too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from engine.editing.checking import named_place, verdict
from engine.editing.instructions import SIZES_SAID, TEXTURES_SAID, naming
from engine.scenes import Edit, Phrase, Scene, Thing, words
from engine.scenes.claims import PLACES, place_of, side_of
from engine.scenes.composing import placed
from engine.scenes.truth import BACKGROUNDS, COLOURS, SIZES
from engine.scenes.wording import GROUNDS, RELATIONS

ADD, MOVE = {"add", "put", "draw"}, {"move", "bring", "shift"}
REMOVE = {"remove", "delete", "erase", "take"}
KIND_OF = {"shape": "reshape", "colour": "recolour", "size": "resize", "texture": "retexture"}
PLACES_SAID = sorted(PLACES, key=len, reverse=True)
SIDES_SAID = [(form, side) for side, forms in RELATIONS.items() if side != "between" for form in forms]


@dataclass(frozen=True)
class Named:
    """A thing of the scene that an instruction names, and the words after its name."""

    thing: Thing
    rest: list[str]


def meant(instruction: str, scene: Scene) -> Edit | None:
    """The edit that an instruction asks for; None where a rule does not understand it, or several things fit."""
    said = words(instruction)
    named = _named(said, scene)
    if not said or named is None:
        return None
    if not set(GROUNDS).isdisjoint(said):
        return _background(instruction, said, scene)
    if said[0] in ADD:
        return _added(instruction, said, scene, named)
    if not named:
        return None
    if said[0] in REMOVE:
        return Edit(scene, replace(scene, things=_without(scene, named[0].thing)), instruction, "remove")
    return (_moved if said[0] in MOVE else _changed)(instruction, scene, named)


def fairly(pair: Edit, found: Scene) -> Edit:
    """An edit as it may be judged by what was found: what an instruction leaves open of a new thing may be anything."""
    if pair.kind != "add":
        return pair
    new, asked = pair.after.things[-1], _new(words(pair.instruction))
    fitting = asked.among(found.things) if asked else []
    chances = [replace(new, shape=t.shape, colour=t.colour, size=t.size, texture=t.texture) for t in fitting]
    pairs = (replace(pair, after=replace(pair.after, things=(*pair.before.things, thing))) for thing in chances)
    return next((chance for chance in pairs if verdict(chance, found).done), pair)


def _named(said: list[str], scene: Scene) -> list[Named] | None:
    """What is named with "the"; None where one of them fits none of the things, or several."""
    found = []
    for start, word in enumerate(said):
        named = naming(said[start + 1 :]) if word == "the" else None
        if named:
            phrase, length = named
            fitting = phrase.among(scene.things)
            if len(fitting) != 1:
                return None
            found.append(Named(fitting[0], said[start + 1 + length :]))
    return found


def _new(said: list[str]) -> Phrase | None:
    """The thing named with "a" or "an"."""
    starts = (i for i, word in enumerate(said) if word in ("a", "an"))
    return next((named[0] for i in starts if (named := naming(said[i + 1 :]))), None)


def _attributes(said: Sequence[str]) -> dict[str, str]:
    """What words without a noun say: a colour, a size, a texture."""
    tables = {"colour": dict(zip(COLOURS, COLOURS, strict=True)), "size": SIZES_SAID, "texture": TEXTURES_SAID}
    return {name: table[word] for name, table in tables.items() for word in said if word in table}


def _background(instruction: str, said: list[str], scene: Scene) -> Edit | None:
    new = {"colour": next((word for word in reversed(said) if word in BACKGROUNDS), None)}
    new["texture"] = next((TEXTURES_SAID[word] for word in said if word in TEXTURES_SAID), None)
    new = {name: value for name, value in new.items() if value}
    after = replace(scene, background=replace(scene.background, **new))
    return Edit(scene, after, instruction, "background") if new else None


def _changed(instruction: str, scene: Scene, named: list[Named]) -> Edit | None:
    """Another shape, colour, size or texture; a thing that is replaced keeps what is not named."""
    thing, rest = named[0].thing, named[0].rest
    asked = _new(rest)
    new = _attributes(rest)
    if asked:
        new = {name: value for name in KIND_OF if (value := getattr(asked, name))}
    if not new:
        return None
    kind = next(KIND_OF[name] for name in KIND_OF if name in new)
    if "size" in new:
        new["radius"] = SIZES[new["size"]]
    things = tuple(replace(old, **new) if old is thing else old for old in scene.things)
    return Edit(scene, replace(scene, things=things), instruction, kind)


def _added(instruction: str, said: list[str], scene: Scene, named: list[Named]) -> Edit | None:
    asked = _new(said)
    if asked is None or asked.shape is None or asked.colour is None:
        return None
    size = asked.size or "medium"
    thing = Thing(asked.shape, asked.colour, size, asked.texture or "plain", 0.5, 0.5, SIZES[size], 0.0)
    there = placed(Random(instruction), thing, scene.things, _wanted(" ".join(said), [one.thing for one in named]))
    return Edit(scene, replace(scene, things=(*scene.things, there)), instruction, "add") if there else None


def _moved(instruction: str, scene: Scene, named: list[Named]) -> Edit | None:
    thing, others = named[0].thing, _without(scene, named[0].thing)
    wanted = _wanted(" ".join(named[0].rest), [one.thing for one in named[1:]])
    there = placed(Random(instruction), thing, others, wanted)
    things = tuple(there if old is thing else old for old in scene.things)
    return Edit(scene, replace(scene, things=things), instruction, "move") if there else None


def _wanted(text: str, anchors: Sequence[Thing]) -> Callable[[Thing], bool]:
    """Whether a thing lies where words want it: on a side of the anchor, or in a part of the picture."""
    side = next((side for form, side in SIDES_SAID if f" {form} " in f" {text} "), None)
    if anchors and side:
        return lambda moved: side_of(moved, anchors[0]) == side
    place = next((place for place in PLACES_SAID if named_place(place, text)), None)
    return lambda moved: place is not None and place_of(moved) == PLACES[place]


def _without(scene: Scene, thing: Thing) -> tuple[Thing, ...]:
    return tuple(other for other in scene.things if other is not thing)
