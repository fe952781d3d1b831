"""A prompt and its edit, painted together from one noise: what is asked, the run as it is watched, and its film."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client
from engine.editing.alignment import Alignment, align
from engine.editing.tokens import LENGTH
from engine.editing.understanding import drawn_from, understood
from engine.scenes import draw, words
from pages.editing_exhibits.frames import LAYERS, pixels
from pages.kit.footer import timed
from pages.kit.steps import progress
from pages.kit.walls import wall

MODEL = "text2scene"
KEPT = "words-kept"
MOST_KEPT, MOST_SHARED = 12, 24
SECONDS_BETWEEN_PREVIEWS = 0.1
HIGH_W = 15.0


@dataclass(frozen=True)
class Request:
    """Two prompts and how the second is painted. `weights` are (token, factor) of the new prompt; `drawn`: the picture
    begun with is drawn by rule from the old prompt and inverted, instead of painted from the seed's noise."""

    old: str
    new: str
    seed: int = 7
    steps: int = 25
    w: float = 3.0
    cross: float = 0.8
    self_: float = 0.4
    blend: float = 0.0
    weights: tuple[tuple[int, float], ...] = ()
    drawn: bool = False

    @cached_property
    def alignment(self) -> Alignment:
        """Which new word stands where which old one stood."""
        return align(self.old, self.new)

    def without_injection(self) -> "Request":
        """The same without attention that is taken over: the new prompt alone decides."""
        return replace(self, cross=0.0, self_=0.0, blend=0.0)

    def with_too_much_guidance(self) -> "Request":
        return replace(self, w=HIGH_W)

    @property
    def picture(self) -> np.ndarray | None:
        """The drawn scene, uint8 (64, 64, 3); None where the old prompt cannot be drawn by rule."""
        claim = understood(self.old)
        scene = claim and drawn_from(claim, self.seed)
        return None if scene is None else np.moveaxis(draw(scene).image, 0, -1)

    def frames(self) -> Iterator[SimpleNamespace]:
        """The run as it is computed, picture 0 the old prompt's, 1 the new one's. Raises `EngineError`."""
        weights = np.ones((2, LENGTH), np.float32)
        for token, factor in self.weights:
            weights[1, token] = factor
        x_T = inverted(self.picture, self.old, self.steps) if self.drawn else None
        return client.engine().stream(
            MODEL, "rewrite", old=self.old, new=[self.new], seed=self.seed, steps=self.steps, w=self.w,
            cross=self.cross, self_=self.self_, weights=weights, blend=self.blend, x_T=x_T,
        )  # fmt: skip


@st.cache_data(max_entries=32, show_spinner=False)
def inverted(picture: np.ndarray, text: str, steps: int) -> np.ndarray:
    """The noise from which `text` paints a picture uint8 (64, 64, 3). Raises `EngineError`."""
    x = np.moveaxis(picture, -1, 0)[None].astype(np.float32) / 255
    with timed():
        return client.engine().call(MODEL, "invert_scene", x=x, text=text, steps=steps)


@dataclass(frozen=True, eq=False)
class Film:
    """N pictures of one run, or of several joined, in T frames.

    texts: their prompts. x_t, x0_hat: uint8 (T, N, 64, 64, 3). attention: float16 (T, N, tokens, side, side) by layer.
    mask: bool (T, N − 1, 16, 16), where local blending let pictures differ from the first. `serial` is its own.
    """

    texts: tuple[str, ...]
    t: np.ndarray
    alpha_bar: np.ndarray
    x_t: np.ndarray
    x0_hat: np.ndarray
    attention: dict[str, np.ndarray]
    mask: np.ndarray | None
    steps: int
    seconds: float
    serial: int

    @classmethod
    def of(cls, request: Request, frames: list[SimpleNamespace]) -> "Film":
        """The frames so far."""
        texts = (request.old, request.new)
        tokens = 1 + max(len(words(text)) for text in texts)
        blended = frames[-1].mask is not None
        return cls(
            texts=texts,
            t=np.array([frame.t for frame in frames]),
            alpha_bar=np.array([frame.alpha_bar for frame in frames]),
            x_t=np.stack([pixels(frame.x_t) for frame in frames]),
            x0_hat=np.stack([pixels(frame.x0_hat) for frame in frames]),
            attention={layer: np.stack([f.attention[layer][:, :tokens] for f in frames]) for layer in LAYERS},
            mask=np.stack([_mask(frame, len(texts) - 1) for frame in frames]) if blended else None,
            steps=frames[-1].steps,
            seconds=frames[-1].seconds,
            serial=time.monotonic_ns(),
        )

    @property
    def finished(self) -> bool:
        return bool(self.t[-1] == 0)

    @property
    def pictures(self) -> np.ndarray:
        """What was painted, uint8 (N, 64, 64, 3); of a halted run, what the network expects to come."""
        return self.x_t[-1] if self.finished else self.x0_hat[-1]

    def joined(self, other: "Film") -> "Film":
        """This film with the edited picture of another one, as long as the shorter."""
        n = min(len(self.t), len(other.t))

        def both(name: str) -> np.ndarray:
            return np.concatenate([getattr(self, name)[:n], getattr(other, name)[:n, 1:]], 1)

        attention = {
            layer: np.concatenate([maps[:n], other.attention[layer][:n, 1:]], 1)
            for layer, maps in self.attention.items()
        }
        return replace(
            self, texts=(*self.texts, other.texts[1]), t=self.t[:n], alpha_bar=self.alpha_bar[:n], x_t=both("x_t"),
            x0_hat=both("x0_hat"), attention=attention, mask=None,
        )  # fmt: skip


_shared: OrderedDict[Request, Film] = OrderedDict()
_lock = threading.Lock()


def painted(request: Request, stage, again: bool = False) -> Film:
    """The film of a request: kept from before, painted for another person, or painted now while `stage` shows it.

    A rerun in the middle (any button) ends the run within a step, and what there is by then is kept, until it is wanted
    `again`. Raises `EngineError`.
    """
    kept = st.session_state.setdefault(KEPT, {})
    if again:
        kept.pop(request, None)
    elif request not in kept and request in _shared:
        kept[request] = _shared[request]
    if request not in kept:
        _watch(request, stage, kept)
    kept[request] = film = kept.pop(request)
    while len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
    return film if isinstance(film, Film) else Film.of(request, list(film))


def _watch(request: Request, stage, kept: dict) -> None:
    """Read the stream to its end, with a preview now and then; the frames are in `kept` while they come."""
    frames, shown = [], 0.0
    stage.progress(0.0, "Looking for the noise it would come from…" if request.drawn else "Painting…")
    with timed(), closing(request.frames()) as stream:
        for frame in stream:
            frames.append(frame)
            if len(frames) == 2:
                kept[request] = frames
            if time.monotonic() - shown > SECONDS_BETWEEN_PREVIEWS and frame.step < frame.steps:
                with stage.container():
                    preview(request, frame)
                shown = time.monotonic()
    stage.empty()
    kept[request] = film = Film.of(request, frames)
    with _lock:
        _shared[request] = film
        while len(_shared) > MOST_SHARED:
            _shared.popitem(last=False)


def preview(request: Request, frame: SimpleNamespace) -> None:
    """Both pictures as they are now, and how far the run has come."""
    progress(frame)
    for place, picture, text in zip(st.columns(2), pixels(frame.x_t), (request.old, request.new), strict=True):
        with place:
            wall(picture[None], 1, alt=text)
            st.caption(text, text_alignment="center")


def _mask(frame: SimpleNamespace, others: int) -> np.ndarray:
    """Where pictures may differ after this step; everywhere before the first."""
    return np.ones((others, 16, 16), bool) if frame.mask is None else frame.mask[:, 0]
