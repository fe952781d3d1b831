"""What one does with a mask: cut out, blur or replace what is behind, give a garment another colour. No torch.

Pictures are uint8 (H, W, 3), the opacity of the subject uint8 (H, W), 255 for what belongs to it wholly.
"""

import numpy as np
from PIL import Image, ImageFilter

from engine.segmentation.spoiling import LUMA

DARKEST = 0.02


def firm(opacity: np.ndarray, firmness: float) -> np.ndarray:
    """½ + firmness · (p − ½), clipped, for p = opacity / 255, as uint8: doubts are decided, and edges become harder."""
    levels = 0.5 + firmness * (np.arange(256) / 255 - 0.5)
    return np.rint(255 * np.clip(levels, 0, 1)).astype(np.uint8)[opacity]


def cut(picture: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """The subject alone, uint8 (H, W, 4); where nothing of it is left, colours are gone too."""
    return np.dstack([np.where(opacity[..., None] > 0, picture, 0).astype(np.uint8), opacity])


def blurred_behind(picture: np.ndarray, opacity: np.ndarray, sigma: float) -> np.ndarray:
    """Everything but the subject out of focus by `sigma` pixels, uint8 (H, W, 3).

    Only the background is averaged, each pixel weighted with its share, so that the subject leaves no halo.
    """
    weighted = Image.fromarray(np.dstack([picture, 255 - opacity])).convert("RGBa")
    behind = weighted.filter(ImageFilter.GaussianBlur(sigma)).convert("RGBA").convert("RGB")
    return _over(picture, opacity, behind)


def replaced(picture: np.ndarray, opacity: np.ndarray, background: np.ndarray) -> np.ndarray:
    """The subject in front of another picture uint8 (h, w, 3), which is scaled to fill and cropped; uint8 (H, W, 3)."""
    return _over(picture, opacity, covering(background, picture.shape[:2]))


def covering(picture: np.ndarray, size: tuple[int, int]) -> Image.Image:
    """A picture scaled until it covers `size` (rows, columns), and its middle cropped to that."""
    (height, width), (rows, columns) = picture.shape[:2], size
    share = min(height / rows, width / columns)
    wide, tall = columns * share, rows * share
    box = ((width - wide) / 2, (height - tall) / 2, (width + wide) / 2, (height + tall) / 2)
    return Image.fromarray(picture).resize((columns, rows), Image.Resampling.BICUBIC, box)


def recoloured(picture: np.ndarray, opacity: np.ndarray, colour: tuple[int, int, int], strength: float) -> np.ndarray:
    """The subject dyed, uint8 (H, W, 3): `colour` 0…255 times how much brighter or darker than the subject's mean a
    pixel is, so that folds and shadows stay; `strength` 0…1 mixes it with the old colour."""
    rows, columns = np.nonzero(opacity.any(1))[0], np.nonzero(opacity.any(0))[0]
    if not len(rows):
        return picture
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    old, share = picture[box].astype(np.float32), opacity[box].astype(np.float32) / 255
    luma = old @ LUMA / 255
    shade = luma / max(float((luma * share).sum() / share.sum()), DARKEST)
    dyed = np.minimum(shade[..., None] * np.array(colour, np.float32), 255)
    out = picture.copy()
    out[box] = np.rint(old + strength * share[..., None] * (dyed - old)).astype(np.uint8)
    return out


def _over(picture: np.ndarray, opacity: np.ndarray, behind: Image.Image) -> np.ndarray:
    return np.asarray(Image.composite(Image.fromarray(picture), behind, Image.fromarray(opacity)))
