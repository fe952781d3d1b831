"""A horse with a known outline: scikit-image's silhouette with a coat of gravel, on its grass under a summer sky."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from pages.segmentation_exhibits.pictures import Chosen

HEIGHT, WIDTH = 328, 440
LEFT = 24
HORIZON = 0.52
COAT, GRASS = np.array([120.0, 68, 34]), np.array([96.0, 130, 52])
SKY, HAZE = np.array([112.0, 164, 214]), np.array([222.0, 232, 236])


@cache
def pasted_horse() -> tuple[Chosen, np.ndarray]:
    """The picture and its true mask, bool (H, W)."""
    cover = _cover()
    light = 1.15 - 0.55 * np.linspace(0, 1, HEIGHT)[:, None]  # the back in the sun, the belly in the shade
    coat = COAT * (light * (0.75 + 0.5 * _texture("gravel", 3.0)))[..., None]
    picture = _ground() * (1 - cover[..., None]) + coat * cover[..., None]
    return Chosen("horse", np.rint(np.clip(picture, 0, 255)).astype(np.uint8)), cover > 0.5


def _cover() -> np.ndarray:
    """How much of each pixel the horse covers, 0…1 (H, W); it faces left, as those of the training set do."""
    with Image.open(_file("horse")) as image:
        shape = ImageOps.invert(image.convert("L")).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas = Image.new("L", (WIDTH, HEIGHT))
    canvas.paste(shape, (LEFT, 0))
    return np.asarray(canvas.filter(ImageFilter.GaussianBlur(0.8)), float) / 255


def _ground() -> np.ndarray:
    """Grass under a sky, (H, W, 3) in 0…255."""
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    sky = SKY + (HAZE - SKY) * np.minimum(down / HORIZON, 1)
    grass = GRASS * (0.55 + 0.9 * _texture("grass"))[..., None]
    share = np.clip((down - HORIZON) * HEIGHT / 6, 0, 1)
    return sky * (1 - share) + grass * share


def _texture(name: str, blur: float = 0.0) -> np.ndarray:
    """One of scikit-image's textures, 0…1 (H, W)."""
    with Image.open(_file(name)) as image:
        part = image.convert("L").crop((0, 0, WIDTH, HEIGHT)).filter(ImageFilter.GaussianBlur(blur))
    return np.asarray(part, float) / 255


def _file(name: str) -> Path:
    return Path(find_spec("skimage").origin).parent / "data" / f"{name}.png"
