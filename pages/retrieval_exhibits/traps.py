"""Traps for CLIP, on scenes where the truth is known: of two sentences that differ in a word or two, one is true."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from random import Random

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from engine import scenes
from engine.clip.library import thumbnail
from engine.clip.library_encoders import Encoder
from engine.clip.queries import classifier
from engine.scenes.claims import Claim, Phrase
from engine.scenes.shapes import SHAPES
from engine.scenes.truth import COLOURS
from engine.scenes.wording import counted
from pages.retrieval_exhibits.galleries import SHOWN_SIDE
from pages.retrieval_exhibits.models import embedded_texts
from pages.retrieval_exhibits.tiles import jpeg_url

SEED, COUNT = 9137, 40
KINDS = {
    "naming": "Naming a thing",
    "colours": "Whose colour is whose",
    "count": "Counting",
    "relation": "Left and right",
    "order": "Word order",
    "negation": "Negation",
}
"""What is asked; the first is no trap, and stands there to compare with."""

BY_NEGATIVE = ("colours", "count", "relation", "order")


@dataclass(frozen=True)
class Trap:
    """A scene of the row that belongs to `SEED`, a sentence that is true of it, and one that is false."""

    n: int
    true: str
    false: str


@dataclass(frozen=True)
class Outcome:
    """The cosines of pictures with their true and their false sentences, float32 (N,) each."""

    traps: list[Trap]
    true: np.ndarray
    false: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """bool (N,): whether the true sentence is nearer."""
        return self.true > self.false

    @property
    def share(self) -> float:
        """How often it is."""
        return float(self.right.mean())


@lru_cache
def traps(kind: str) -> list[Trap]:
    """The first traps of a kind that scenes offer."""
    made = (trap_of(kind, n) for n in count())
    return [trap for trap, _ in zip((each for each in made if each), range(COUNT), strict=False)]


def trap_of(kind: str, n: int) -> Trap | None:
    """The trap that scene n offers; None where it offers none."""
    scene = the_scene(n)
    if kind in BY_NEGATIVE:
        kinds = {"colours": ("list",), "count": ("count", "list")}.get(kind, ("side",))
        said = scenes.caption(scene, n, kinds)
        false = scenes.negative(said, scene, kind, n)
        return Trap(n, said.text, false.text) if false else None
    rng = Random(f"trap {kind} {n}")
    there, missing = rng.choice(scene.things), absent(rng, scene)
    present = Phrase(there.shape, there.colour)
    if kind == "naming":
        return Trap(n, f"there is {named(present)}", f"there is {named(missing)}")
    return Trap(n, f"there is no {missing.colour} {missing.shape}", f"there is no {there.colour} {there.shape}")


def absent(rng: Random, scene: scenes.Scene) -> Phrase:
    """A colour and a shape that no thing of a scene has together."""
    pairs = rng.sample([Phrase(shape, colour) for colour in COLOURS for shape in SHAPES], 64)
    return next(phrase for phrase in pairs if Claim((Phrase(phrase.shape, phrase.colour, count=0),)).holds(scene))


def named(phrase: Phrase) -> str:
    """A colour and a shape with their article."""
    return counted(1, f"{phrase.colour} {phrase.shape}")


def the_scene(n: int) -> scenes.Scene:
    """Scene n of the row."""
    return scenes.scene(SEED, n)


@st.cache_data(max_entries=64, show_spinner=False)
def outcome(kind: str, identity: str) -> Outcome:
    """What a model makes of all traps of a kind. Raises `EngineError`."""
    encoder, some = Encoder(identity.split("@")[0]), traps(kind)
    pictures = encoder.pictures(drawn([each.n for each in some], encoder.side))
    true = encoder.texts([each.true for each in some])
    false = encoder.texts([each.false for each in some])
    return Outcome(some, (pictures * true).sum(1), (pictures * false).sum(1))


def drawn(chosen: list[int], side: int) -> np.ndarray:
    """Scenes as pictures, uint8 (N, side, side, 3)."""
    image = scenes.draw_all([the_scene(n) for n in chosen], side).image
    return np.ascontiguousarray(image.transpose(0, 2, 3, 1))


@lru_cache(maxsize=512)
def trap_url(n: int) -> str:
    """A scene as a URL."""
    return jpeg_url(thumbnail(drawn([n], SHOWN_SIDE)[0], SHOWN_SIDE))


@dataclass(frozen=True)
class Written:
    """Scenes of one thing: as they are, with the name of another shape written on, and with letters that mean nothing.

    pictures are uint8 (3, N, S, S, 3); `verdicts` int (3, N) and `truth`, `words` int (N,) are numbers of `SHAPES`.
    """

    pictures: np.ndarray
    verdicts: np.ndarray
    truth: np.ndarray
    words: np.ndarray


@st.cache_data(max_entries=4, show_spinner=False)
def written(identity: str) -> Written:
    """A word written on an object (Goh et al. 2021): does the verdict follow the thing or the word?"""
    encoder, names = Encoder(identity.split("@")[0]), list(SHAPES)
    chosen = [n for n in range(400) if len(the_scene(n).things) == 1][:COUNT]
    truth = np.array([names.index(the_scene(n).things[0].shape) for n in chosen])
    words = (truth + 1 + np.arange(len(truth)) % (len(names) - 1)) % len(names)
    plain = drawn(chosen, 224)
    lies = [names[word] for word in words]
    pictures = np.stack(
        [plain, lettered(plain, chosen, lies), lettered(plain, chosen, [nonsense(lie) for lie in lies])]
    )
    small = np.stack([resized(picture, encoder.side) for picture in pictures.reshape(-1, *plain.shape[1:])])
    prompts = embedded_texts(identity, tuple(f"a {name}" for name in names))
    verdicts = (encoder.pictures(small) @ classifier(prompts[:, None]).T).argmax(1)
    return Written(pictures, verdicts.reshape(3, -1), truth, words)


def lettered(pictures: np.ndarray, chosen: list[int], texts: list[str]) -> np.ndarray:
    """Scenes of one thing, each with its text on it, uint8 (N, S, S, 3)."""
    things = [the_scene(n).things[0] for n in chosen]
    return np.stack([with_text(*each) for each in zip(pictures, things, texts, strict=True)])


def with_text(picture: np.ndarray, thing: scenes.Thing, text: str) -> np.ndarray:
    """A word in white letters with a dark edge across a thing."""
    image, side = Image.fromarray(picture), len(picture)
    font = ImageFont.load_default(side * 0.16)
    ImageDraw.Draw(image).text(
        (min(max(thing.x, 0.3), 0.7) * side, thing.y * side), text, "white", font, anchor="mm", stroke_width=3,
        stroke_fill="black",
    )  # fmt: skip
    return np.asarray(image)


def nonsense(word: str) -> str:
    """Letters that are no word, as many."""
    return "xqzvkjwp"[: len(word)]


def resized(picture: np.ndarray, side: int) -> np.ndarray:
    """uint8 (side, side, 3)."""
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))
