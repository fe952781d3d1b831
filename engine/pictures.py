"""Arrays → pictures a browser shows: PNG, GIF, grids, enlargements. No resampling but the nearest pixel's."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image


def to_uint8(x: np.ndarray) -> np.ndarray:
    """Floats in 0…1 → uint8 in 0…255, rounded; beyond is clipped, NaN black. Booleans give 0 and 255, uint8 itself.

    Raises TypeError for other integers, whose white is unknown.
    """
    x = np.asarray(x)
    if x.dtype == np.uint8:
        return x
    if x.dtype != bool and not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"expected floats in 0…1 or uint8, got {x.dtype}")
    return np.rint(255 * np.clip(np.nan_to_num(x.astype(np.float32), nan=0.0), 0, 1)).astype(np.uint8)


def enlarge(x: np.ndarray, factor: int) -> np.ndarray:
    """(H, W) or (H, W, C) → (factor·H, factor·W[, C]), every pixel a square."""
    return np.asarray(x).repeat(factor, 0).repeat(factor, 1)


def grid(
    pictures: np.ndarray, columns: int, gap: int = 1, background: float | Sequence[float] | np.ndarray = 0.5
) -> np.ndarray:
    """(N, H, W[, 3]) in 0…1 or uint8 → one uint8 picture, filled row by row, `gap` pixels of background between.

    `background` is a grey in 0…1 or a colour (3,) in 0…1 (uint8: 0…255); a colour makes a grid of greys a colour one.
    Raises ValueError for no pictures.
    """
    pictures, background = to_uint8(pictures), to_uint8(background)
    if len(pictures) == 0:
        raise ValueError("a grid of no pictures")
    if background.ndim and pictures.ndim == 3:
        pictures = np.repeat(pictures[..., None], 3, -1)
    count, height, width, *channels = pictures.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, *channels)
    sheet = np.broadcast_to(background, shape).copy()
    for index, picture in enumerate(pictures):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def to_png(picture: np.ndarray | Image.Image, compression: int = 6) -> bytes:
    """A PNG file of (H, W), (H, W, 3) or (H, W, 4) in 0…1 or uint8, or of a Pillow image; pixels only, no metadata.

    `compression` goes from 1, fast, to 9, small.
    """
    if isinstance(picture, Image.Image):
        picture = np.asarray(picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB"))
    return _saved(Image.fromarray(to_uint8(picture)), "PNG", compress_level=compression)


def to_gif(frames: np.ndarray, fps: float = 12, scale: int = 1, bounce: bool = False) -> bytes:
    """An endless GIF of (T, H, W[, 3]) in 0…1 or uint8, each pixel a scale × scale square.

    Up to 256 colours in a frame are exact, so all greys are; of more, the 256 best by median cut stand for the rest.
    `bounce` plays forth and back. Frames last whole hundredths of a second, two at least (browsers slow anything
    faster), so at most 50 frames a second. Raises ValueError for no frames.
    """
    frames = to_uint8(frames)
    if len(frames) == 0:
        raise ValueError("a film of no frames")
    if bounce:
        frames = np.concatenate([frames, frames[-2:0:-1]])
    film = [_indexed(enlarge(frame, scale)) for frame in frames]
    duration = 10 * max(2, round(100 / fps))
    return _saved(film[0], "GIF", save_all=True, append_images=film[1:], duration=duration, loop=0)


def data_url(png: bytes) -> str:
    """A PNG file as a `data:` URL."""
    return "data:image/png;base64," + b64encode(png).decode()


def _indexed(frame: np.ndarray) -> Image.Image:
    """uint8 (H, W[, 3]) → a picture with a palette of at most 256 colours."""
    if frame.ndim == 2:
        return Image.fromarray(frame)
    codes = frame.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, indices = np.unique(codes, return_inverse=True)
    if len(colours) > 256:
        return Image.fromarray(frame).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image = Image.fromarray(indices.reshape(codes.shape).astype(np.uint8))
    image.putpalette((colours[:, None] >> np.array([16, 8, 0], np.uint32)).astype(np.uint8).tobytes())
    return image


def _saved(image: Image.Image, format: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
