"""A photo damaged on purpose, so that one can measure how well it is restored, and what is done without learning."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from engine.editing.mending import mend
from engine.editing.strokes import Stroke, painted

TASKS = {"denoise": "Denoise", "inpaint": "Inpaint", "enlarge": "Enlarge"}
BASELINES = {"denoise": "total variation", "inpaint": "biharmonic", "enlarge": "bicubic"}
TV_WEIGHT = 0.004
"""Weight of the total variation for each grey level of noise."""
MOST_MARKED = 0.6


@dataclass(frozen=True)
class Damage:
    """What is done to a photo: `amount` is the noise in grey levels or the factor of enlarging, `strokes` the hole."""

    task: str
    amount: int = 0
    seed: int = 0
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class Damaged:
    """A damaged photo uint8 (h, w, 3), the whole one and what the baseline restores, both uint8 (H, W, 3); `keep` bool
    is false in a hole. Where nothing was damaged, `truth` is None."""

    photo: np.ndarray = field(repr=False)
    baseline: np.ndarray = field(repr=False)
    truth: np.ndarray | None = field(repr=False)
    keep: np.ndarray | None = field(repr=False, default=None)


def damaged(damage: Damage, whole: np.ndarray) -> Damaged:
    """A photo uint8 (H, W, 3) with a damage. Raises ValueError for a hole that is empty or too large."""
    if damage.task == "denoise":
        return _noisy(whole, damage)
    return _holed(whole, damage) if damage.task == "inpaint" else _shrunk(whole, damage.amount)


def _noisy(whole: np.ndarray, damage: Damage) -> Damaged:
    from skimage.restoration import denoise_tv_chambolle  # costs a page's first paint a second when it stands on top

    noise = np.random.default_rng(damage.seed).normal(0, damage.amount, whole.shape)
    photo = np.clip(np.rint(whole + noise), 0, 255).astype(np.uint8)
    weight = TV_WEIGHT * max(damage.amount, 5)
    smooth = denoise_tv_chambolle(photo / 255, weight=weight, channel_axis=-1)
    return Damaged(photo, np.rint(255 * np.clip(smooth, 0, 1)).astype(np.uint8), whole if damage.amount else None)


def _holed(whole: np.ndarray, damage: Damage) -> Damaged:
    hole = painted(np.zeros(whole.shape[:2], np.uint8), damage.strokes) > 127
    if hole.mean() > MOST_MARKED:
        raise ValueError("Too little is left to go by: mark less than 60 % of the photo.")
    baseline = mend(whole, hole)
    return Damaged(np.where(hole[..., None], np.uint8(0), whole), baseline, whole, ~hole)


def _shrunk(whole: np.ndarray, factor: int) -> Damaged:
    height, width = (length // factor * factor for length in whole.shape[:2])
    whole = np.ascontiguousarray(whole[:height, :width])
    small = Image.fromarray(whole).reduce(factor)
    large = small.resize((width, height), Image.Resampling.BICUBIC)
    return Damaged(np.asarray(small), np.asarray(large), whole)


def psnr(picture: np.ndarray, truth: np.ndarray) -> float:
    """10 log₁₀ (255² / mean squared error) in dB of pictures uint8 of one shape; infinite where they are equal."""
    error = np.square(picture.astype(np.float32) - truth).mean()
    return float(10 * np.log10(255**2 / error)) if error else float("inf")
