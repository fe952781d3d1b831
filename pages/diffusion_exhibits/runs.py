"""What the exhibits share: which models there are, how one is run, and how its frames become a film."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.latents import prior_samples
from pages.components.diffusion_film import Film

MODELS = {"mnist": "ddpm-mnist", "fashion": "ddpm-fashion", "cifar10": "ddpm-cifar10"}
TITLES = {"mnist": "Digits", "fashion": "Garments", "cifar10": "Objects"}
MOST_FRAMES = 100


@dataclass(frozen=True)
class Run:
    """One run of a model: what it starts from, which way it goes, how many steps. Equal runs give equal pictures.

    `classes` has one class a picture, or is empty for a model that is told none. `options` go to the operation
    `denoise`: eta, variance, noise_scale, noise_at_end, schedule, mismatch, classifier, inner.
    """

    model: str
    classes: tuple[int, ...]
    pictures: int
    seed: int = 7
    steps: int = 40
    sampler: str = "ddim"
    w: float | tuple[float, ...] = 1.0
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def every(self) -> int:
        """Which steps become frames: all of them, unless there are more than a film needs."""
        return max(1, self.steps // MOST_FRAMES)

    def start(self) -> np.ndarray:
        """x_T, float32 (pictures, channels, side, side): the same noise for the same seed."""
        return noise(self.model, self.pictures, self.seed)

    def frames(self, x_T: np.ndarray | None = None) -> Iterator[SimpleNamespace]:
        """The frames as they are computed, from `x_T` or from the seed. Raises `EngineError`."""
        w = np.array(self.w, np.float32) if isinstance(self.w, tuple) else self.w
        classes = np.array(self.classes, np.int64) if self.classes else None
        return client.engine().stream(
            self.model, "denoise", x_T=self.start() if x_T is None else x_T, seed=self.seed, steps=self.steps,
            sampler=self.sampler, classes=classes, w=w, every=self.every, **dict(self.options),
        )  # fmt: skip


def noise(model: str, n: int, seed: int) -> np.ndarray:
    """n starting noises of a model's shape, float32 (n, channels, side, side)."""
    config = cards.read(model).config
    shape = (config["channels"], config["side"], config["side"])
    return prior_samples(n, int(np.prod(shape)), seed).reshape(n, *shape)


@dataclass(frozen=True)
class Result:
    """A finished run: its film, x_0 as pictures (N, H, W[, 3]) in 0…1, and what it cost."""

    film: Film
    pictures: np.ndarray
    seconds: float
    calls: int
    frames: tuple[SimpleNamespace, ...] = field(repr=False)


@st.cache_data(max_entries=48, show_spinner=False)
def result(run: Run) -> Result:
    """The whole run at once. Raises `EngineError`."""
    return finished(run, list(run.frames()))


def finished(run: Run, frames: list[SimpleNamespace]) -> Result:
    """What a run came to, from its frames so far."""
    last = frames[-1]
    return Result(film(frames, names(run)), to_pictures(last.x_t), last.seconds, last.calls, tuple(frames))


def film(frames: list[SimpleNamespace], captions: tuple[str, ...] = ()) -> Film:
    """Frames as a film of three views; the distances are to the last x̂₀. Noise in a latent space is enlarged."""
    x_t, x0_hat, eps_hat = (np.stack([getattr(f, name) for f in frames]) for name in ("x_t", "x0_hat", "eps_hat"))
    eps_hat = eps_hat.repeat(x_t.shape[-1] // eps_hat.shape[-1], -1).repeat(x_t.shape[-2] // eps_hat.shape[-2], -2)
    end = x0_hat[-1].astype(np.float32)
    distance = np.stack([_rms(x_t - end), _rms(x0_hat - end)], 1)
    return Film(
        t=np.array([f.t for f in frames]), x_t=to_grey_levels(x_t), x0_hat=to_grey_levels(x0_hat),
        eps_hat=to_grey_levels(eps_hat / 3), alpha_bar=np.array([f.alpha_bar for f in frames]), distance=distance,
        captions=captions,
    )  # fmt: skip


def names(run: Run) -> tuple[str, ...]:
    """The class of each picture in words, if there is one."""
    if not run.classes:
        return ()
    classes = CLASSES[cards.read(run.model).name.split("-")[-1]]
    return tuple(classes[y] for y in run.classes)


def to_pictures(x: np.ndarray) -> np.ndarray:
    """(…, C, H, W) in −1…1 → (…, H, W) or (…, H, W, 3) in 0…1, clipped."""
    x = np.clip(x.astype(np.float32) / 2 + 0.5, 0, 1)
    return x[..., 0, :, :] if x.shape[-3] == 1 else np.moveaxis(x, -3, -1)


def without_margin(images: np.ndarray) -> np.ndarray:
    """The 28×28 pixels of digits and garments (…, 32, 32), without the black around them; others as they are."""
    if images.shape[-1] != 32:
        return images
    margin = (images.shape[-1] - 28) // 2
    return images[..., margin : margin + 28, margin : margin + 28]


def to_grey_levels(x: np.ndarray) -> np.ndarray:
    """(…, C, H, W) in −1…1 → uint8 (…, H, W[, 3])."""
    return np.rint(255 * to_pictures(x)).astype(np.uint8)


def _rms(difference: np.ndarray) -> np.ndarray:
    """Root mean square of each frame, (T,)."""
    return np.sqrt(np.square(difference.astype(np.float32)).mean(axis=tuple(range(1, difference.ndim))))
