"""One face for two kinds of painters: one is told words and paints in codes, others a class, and paint in pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine import checkpoints
from engine.devices import mixed_precision
from engine.diffusion.guidance import classifier_free
from engine.diffusion.networks import UNet
from engine.diffusion.pixels import inputs_of, limit_of, pictures_of
from engine.diffusion.samplers import EpsModel
from engine.editing.autoencoder import SIDE, SceneAutoencoder
from engine.editing.guidance import TimedWatch, spoken, worded
from engine.editing.painting import LIMIT
from engine.editing.word_unet import WordUNet


@dataclass(frozen=True)
class Canvas:
    """A model that has been told what to paint, and the way from pictures in 0…1 to its states x_0 and back.

    `kept` turns bool (B, 1, H, W) over pixels into bool over states: true where nothing needs painting.
    """

    eps_model: EpsModel
    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor], Tensor]
    kept: Callable[[Tensor], Tensor]
    limit: float


def canvas(model: str, device: torch.device, said: list[str] | list[int], side: int, w: float) -> Canvas:
    """The published `model`, told texts or classes, one a picture of that side. Raises ValueError."""
    module = checkpoints.companion(model, device)
    if isinstance(module, WordUNet):
        return scene_canvas(module, said, w)
    if isinstance(module, UNet) and not module.autoencoder:
        return pixel_canvas(module, torch.tensor(said, device=device), side, w)
    raise ValueError(f"'{model}' paints neither scenes from words nor pictures of a class.")


def scene_canvas(model: WordUNet, texts: list[str], w: float | Tensor, watch: TimedWatch | None = None) -> Canvas:
    """The painter of scenes. Raises `UnknownWords`."""
    autoencoder = first_stage(model)
    eps_model = worded(model, spoken(model, texts), w, watch)
    return Canvas(eps_model, autoencoder.encode, autoencoder.decode, kept_in_code, LIMIT)


def pixel_canvas(model: UNet, classes: Tensor, side: int, w: float) -> Canvas:
    """A class-conditional DDPM on pixels; around smaller pictures lies a margin that is always kept."""
    if not ((classes >= 0) & (classes < model.classes)).all():
        raise ValueError(f"A class lies in 0…{model.classes - 1}.")

    def ask(x: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        with mixed_precision(x.device, len(x)):
            return model(x, t, y).float()

    ask.classes = model.classes
    margin = (model.side - side) // 2
    return Canvas(
        classifier_free(ask, classes, w),
        lambda x: inputs_of(model, x),
        lambda x: pictures_of(model, x, side),
        lambda keep: F.pad(keep, (margin,) * 4, value=True),
        limit_of(model),
    )


def first_stage(model: WordUNet) -> SceneAutoencoder:
    """The autoencoder whose codes a model paints."""
    return checkpoints.companion(model.autoencoder, model.places.device)


def kept_in_code(keep: Tensor) -> Tensor:
    """bool (B, 1, 64, 64) → (B, 1, 16, 16): a number of the code is kept if all pixels that it stands for are."""
    return F.max_pool2d((~keep).float(), 4) == 0


def check_scene(x: Tensor) -> Tensor:
    """The same pictures as float32. Raises ValueError unless they are (B, 3, 64, 64)."""
    if x.ndim != 4 or x.shape[1:] != (3, SIDE, SIDE):
        raise ValueError(f"A scene is a picture of {SIDE}×{SIDE} pixels in colour.")
    return x.float()
