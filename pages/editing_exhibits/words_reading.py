"""What a judge reads in the pictures, whether the prompts hold, and how much an edit changed, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.editing.checking import attributes_of_prompt
from engine.editing.instructions import plainly
from engine.editing.understanding import understood
from engine.scenes import Background, Claim, Phrase, Scene, Thing
from engine.scenes.drawing import touched
from engine.scenes.wording import counted, listed
from pages.editing_exhibits.words_film import Film
from pages.kit.footer import timed

JUDGE = "judge-scenes"
SIDE = 64


@dataclass(frozen=True)
class Reading:
    """A picture, its prompt's claim (None where the rules cannot read it), and the scene that the judge finds in it."""

    claim: Claim | None
    scene: Scene

    @property
    def told(self) -> str:
        """The scene in words."""
        ground = self.scene.background
        behind = f"a {_textured(ground.texture)}{ground.colour} background"
        things = [counted(1, plainly(_named(thing))) for thing in self.scene.things]
        return f"{listed(things) or 'nothing'} on {behind}"

    @property
    def holds(self) -> bool | None:
        return None if self.claim is None else self.claim.holds(self.scene)

    @property
    def right(self) -> float | None:
        """The share of the attributes in the prompt that the picture has."""
        return None if self.claim is None else attributes_of_prompt(self.claim, self.scene)


@dataclass(frozen=True)
class Change:
    """RMS per pixel, 0…1, between a prompt's picture and its edit: within what the words change, and elsewhere; and the
    share of the picture that the words change. `inside` is None where they change no thing."""

    inside: float | None
    outside: float
    share: float


def readings(film: Film) -> list[Reading] | None:
    """What the judge reads in the pictures of a film; None without a judge. Raises `EngineError`."""
    if JUDGE not in cards.names():
        return None
    return [Reading(understood(text), scene) for text, scene in zip(film.texts, found(film.pictures), strict=True)]


@st.cache_data(max_entries=64, show_spinner=False)
def found(pictures: np.ndarray) -> list[Scene]:
    """The scene that the judge reads in each picture uint8 (N, 64, 64, 3). Raises `EngineError`."""
    x = np.moveaxis(pictures, -1, 1).astype(np.float32) / 255
    with timed():
        read = client.engine().call(JUDGE, "read", x=x)
    return [Scene(tuple(Thing(**thing) for thing in each.things), Background(**each.background)) for each in read]


def change(pictures: Sequence[np.ndarray], before: Reading, after: Reading) -> Change:
    """How much two pictures uint8 (64, 64, 3) differ, where their prompts do and elsewhere."""
    first, second = (picture.astype(np.float32) / 255 for picture in pictures)
    squares, inside = np.square(second - first).mean(-1), changed_places(before, after)
    return Change(
        inside=float(np.sqrt(squares[inside].mean())) if inside.any() else None,
        outside=float(np.sqrt(squares[~inside].mean())) if not inside.all() else 0.0,
        share=float(inside.mean()),
    )


def changed_places(before: Reading, after: Reading) -> np.ndarray:
    """bool (64, 64): where the things lie, in either picture, that one prompt speaks of and the other does not; and all
    around the things, where the prompts speak of different backgrounds."""
    here, there = before.claim, after.claim
    if here is None or there is None:
        return np.zeros((SIDE, SIDE), bool)
    goes = _spoken_of(set(here.phrases) - set(there.phrases), before.scene)
    comes = _spoken_of(set(there.phrases) - set(here.phrases), after.scene)
    places = _covered(goes + comes)
    return places if here.ground == there.ground else places | ~_covered([*before.scene.things, *after.scene.things])


def _spoken_of(phrases: set[Phrase], scene: Scene) -> list[Thing]:
    return [thing for phrase in phrases for thing in phrase.among(scene.things)]


def _covered(things: Sequence[Thing]) -> np.ndarray:
    return np.any([np.zeros((SIDE, SIDE), bool), *(touched(thing, SIDE) for thing in things)], 0)


def _named(thing: Thing) -> Phrase:
    """A thing as one speaks of it: plainness and middling size go without saying."""
    size = None if thing.size == "medium" else thing.size
    return Phrase(thing.shape, thing.colour, size, None if thing.texture == "plain" else thing.texture)


def _textured(texture: str) -> str:
    return "" if texture == "plain" else f"{texture} "
