"""The scene that an edit begins with: out of a seed, drawn by rule from words, brushed by hand, or uploaded."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
import streamlit as st
from PIL import Image, ImageOps

from engine.editing.prompts import calm_scene
from engine.editing.strokes import Stroke, painted
from engine.editing.tokens import encode
from engine.editing.understanding import drawn_from, understood
from engine.images import open_upload
from engine.pictures import to_png
from engine.scenes import Scene, draw
from engine.scenes.truth import BACKGROUNDS, COLOURS
from pages.autoencoder_exhibits.sources import UPLOADS
from pages.editing_exhibits.brushing import brushed
from pages.editing_exhibits.words_reading import found
from pages.kit import shown
from pages.kit.guard import guard

SIDE = 64
SOURCES = {"seed": "A seed", "words": "Words", "own": "Your own"}
SCENES = 2
"""The row of scenes that no training saw."""

LAYOUT = 2
"""Of the ways to lay out a scene that words describe, the one shown first."""

BLOTS = {
    "orange": (Stroke(False, 0.42, ((0.27, 0.52), (0.29, 0.49))),),
    "blue": (Stroke(False, 0.16, ((0.65, 0.4), (0.84, 0.37), (0.85, 0.62), (0.63, 0.6), (0.66, 0.45), (0.76, 0.5))),),
}
"""What is brushed at first, by colour."""

CANNOT = "I cannot draw that: name one to four things and at most one relation or place, such as *{}*."


@dataclass(frozen=True)
class Painting:
    """A picture uint8 (64, 64, 3). `drawn` is the scene it was drawn from by rule, if it was."""

    pixels: np.ndarray = field(repr=False, compare=False)
    drawn: Scene | None = None
    digest: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "digest", sha256(self.pixels.tobytes()).hexdigest()[:24])

    @classmethod
    def of(cls, scene: Scene) -> "Painting":
        """A scene as it is drawn."""
        return cls(np.ascontiguousarray(np.moveaxis(draw(scene).image, 0, -1)), scene)

    @property
    def x(self) -> np.ndarray:
        """The picture as the engine takes it, float32 (1, 3, 64, 64) in 0…1."""
        return np.moveaxis(self.pixels, -1, 0)[None].astype(np.float32) / 255

    @cached_property
    def scene(self) -> Scene:
        """What is in it: the truth where it was drawn, else what the judge reads. Raises `EngineError`."""
        return self.drawn or found(self.pixels[None])[0]


def choose_painting(key: str, at_first: str, words: str, number: int = 0) -> Painting:
    """The controls: where the scene comes from, `at_first` one of `SOURCES`; the scene drawn from `words`, or scene
    `number`, is there before a person asks for another. `key` sets the choices of exhibits apart."""
    source = st.segmented_control(
        "Begin with", list(SOURCES), default=at_first, required=True, key=f"{key}-source", bind="query-params",
        format_func=SOURCES.get,
    )  # fmt: skip
    if source == "own":
        return own_painting(key) or Painting.of(calm_scene(SCENES, number))
    if source == "words":
        return Painting.of(from_words(key, words))
    number = int(st.number_input("Scene", 0, 9999, number, key=f"{key}-scene", bind="query-params"))
    return Painting.of(calm_scene(SCENES, number))


def from_words(key: str, at_first: str) -> Scene:
    """The scene that a person describes; where that cannot be drawn, it is said, and the first one stands in."""
    text = st.text_area("Draw this", at_first, height=90, key=f"{key}-drawn", bind="query-params")
    number = int(st.number_input("Laid out how", 0, 99, LAYOUT, key=f"{key}-layout", bind="query-params"))
    try:
        encode(text)
        claim = understood(text)
        scene = claim and drawn_from(claim, number)
        problem = "" if scene else CANNOT.format(at_first)
    except ValueError as error:
        scene, problem = None, str(error)
    if problem:
        st.warning(problem, icon=":material/draw:")
    return scene or drawn_from(understood(at_first), number)


def own_painting(key: str) -> Painting | None:
    """A picture that the person brushes or uploads, or None until there is one."""
    brush, upload = st.tabs([":material/brush: Brush", ":material/upload: Upload"], key=f"{key}-way", on_change="rerun")
    if not upload.open:
        with brush:
            return Painting(brushed_blots())
    with upload:
        file = st.file_uploader("A picture", UPLOADS, key=f"{key}-file", max_upload_size=20)
        st.caption("It stays in memory, loses its metadata, and is gone when you close the page.")
        with guard():
            return Painting(squared(open_upload(file))) if file else None
    return None


def squared(image: Image.Image) -> np.ndarray:
    """The middle square of a picture, uint8 (64, 64, 3)."""
    return np.asarray(ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS))


def brushed_blots() -> np.ndarray:
    """Blots of several colours on a ground, brushed one colour after the other, uint8 (64, 64, 3)."""
    ground = st.selectbox("Ground", list(BACKGROUNDS), key="brush-ground", bind="query-params")
    colour = st.selectbox(
        "Colour", list(COLOURS), list(COLOURS).index("orange"), key="brush-colour", bind="query-params"
    )
    strokes = {name: kept(name) for name in COLOURS}
    rest = blots(ground, strokes | {colour: ()})
    strokes[colour] = brushed(
        f"blots-{colour}",
        at_first=strokes[colour],
        photo=shown.url(("blots", rest.tobytes()), "image/png", lambda: to_png(rest)),
        size=(SIDE, SIDE),
        colour=COLOURS[colour],
        label=f"What is {colour}.",
        tallest=300,
        width=0.2,
    )
    return blots(ground, strokes)


def kept(colour: str) -> tuple[Stroke, ...]:
    """The strokes of a colour so far."""
    return st.session_state.get("editing-strokes", {}).get(f"blots-{colour}", BLOTS.get(colour, ()))


def blots(ground: str, strokes: dict[str, tuple[Stroke, ...]]) -> np.ndarray:
    """Strokes of each colour on a ground, the later colour over the earlier."""
    picture = np.full((SIDE, SIDE, 3), rgb(BACKGROUNDS[ground]), np.float32)
    for colour, mine in strokes.items():
        cover = painted(np.zeros((SIDE, SIDE), np.uint8), mine)[..., None] / 255
        picture += cover * (rgb(COLOURS[colour]) - picture)
    return np.rint(picture).astype(np.uint8)


def rgb(colour: str) -> np.ndarray:
    """A hexadecimal colour as three numbers 0…255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
