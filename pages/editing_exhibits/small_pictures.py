"""The small picture that noise paints over: a digit or garment, and a class; or a scene, and words for it."""

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import streamlit as st

from engine import cards
from engine.datasets import CLASSES
from engine.editing.strokes import Stroke
from engine.pictures import to_uint8
from engine.scenes import Scene
from pages.autoencoder_exhibits.sources import dreamt, own_picture
from pages.editing_exhibits.scene_pictures import choose_painting
from pages.kit.footer import timed
from pages.kit.guard import guard

DATA = {"mnist": "Digits", "fashion": "Garments", "scenes": "Scenes"}
MODELS = {"mnist": "ddpm-mnist", "fashion": "ddpm-fashion", "scenes": "text2scene"}
NEEDED = {data: {model, f"judge-{data}"} for data, model in MODELS.items()}
NEEDED["scenes"].add("scene-autoencoder")


@dataclass(frozen=True)
class Small:
    """A picture float32 (28, 28) or, in colour, (64, 64, 3) in 0…1 of a data set; the class or text `said` that it is
    painted as; and a seed. `scene` is what it was drawn from, if it was."""

    data: str
    said: int | str
    seed: int
    picture: np.ndarray = field(repr=False, compare=False)
    scene: Scene | None = field(default=None, repr=False, compare=False)
    digest: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "digest", sha256(self.picture.tobytes()).hexdigest()[:24])

    @property
    def model(self) -> str:
        """The diffusion model of the same data set."""
        return MODELS[self.data]

    @property
    def x(self) -> np.ndarray:
        """The picture as the engine takes it, (1, C, H, W)."""
        return self.picture[None, None] if self.picture.ndim == 2 else np.moveaxis(self.picture, -1, 0)[None]

    @property
    def name(self) -> str:
        """What it is painted as, in words."""
        return self.said if isinstance(self.said, str) else CLASSES[self.data][self.said]

    @property
    def file_name(self) -> str:
        """What files of it are called."""
        said = "" if self.data == "scenes" else f"-as-{self.name}"
        return f"{self.data}{said}-seed{self.seed}".replace("/", "-")

    @property
    def pixels(self) -> np.ndarray:
        """The picture as uint8."""
        return to_uint8(self.picture)


@dataclass(frozen=True)
class Opening:
    """What an exhibit opens on: the classes that it begins and ends with; for scenes where they come from (a source of
    `choose_painting`), the words that one is drawn from, and those that it is painted as."""

    begin: int
    end: int
    source: str
    drawn: str
    said: str


def choose_small(key: str, opening: Opening) -> Small:
    """The controls: a picture, and what to paint it as. `key` sets the scenes of exhibits apart."""
    known = [data for data in DATA if NEEDED[data] <= set(cards.names())] or list(DATA)
    data = st.segmented_control(
        "Pictures", known, default=known[0], required=True, key="data", bind="query-params", format_func=DATA.get
    )
    return chosen_scene(key, opening) if data == "scenes" else chosen_grey(data, opening)


def chosen_grey(data: str, opening: Opening) -> Small:
    """A digit or garment: dreamt from weights, drawn or uploaded."""
    source = st.segmented_control(
        "Begin with", ["sample", "own"], default="sample", required=True, key="source", bind="query-params",
        format_func={"sample": "A sample", "own": "Your own"}.get,
    )  # fmt: skip
    mine, label, names = None, opening.begin, CLASSES[data]
    if source == "own":
        with guard():
            mine = own_picture(data, "small")
    else:
        label = names.index(st.selectbox("Its class", names, label, key=f"begin-{data}", bind="query-params"))
    said = names.index(st.selectbox("Paint it as", names, opening.end, key=f"end-{data}", bind="query-params"))
    seed = choose_seed()
    if mine is None:
        with timed():
            mine = dreamt(data, (label,), seed)[0]
    return Small(data, said, seed, np.ascontiguousarray(mine, np.float32))


def chosen_scene(key: str, opening: Opening) -> Small:
    """A scene, and the words that it is painted as."""
    painting = choose_painting(key, opening.source, opening.drawn)
    said = st.text_area("Paint it as", opening.said, height=90, key=f"{key}-said", bind="query-params")
    picture = painting.pixels.astype(np.float32) / 255
    return Small("scenes", said, choose_seed(), picture, painting.drawn)


def choose_seed() -> int:
    """The seed."""
    return int(st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of sample and noise."))


def hole_around(scene: Scene) -> tuple[Stroke, ...]:
    """A dab of the brush over the thing that was drawn last."""
    thing = scene.things[-1]
    return (Stroke(False, min(1.0, 2.7 * thing.radius), ((thing.x, thing.y),)),)
