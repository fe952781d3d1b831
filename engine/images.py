"""The one door for a person's pictures, and what comes through it as the arrays that models read.

`open_upload` turns any file into a plain RGB picture or into an UploadError; `to_grey` and `to_digit` turn a picture
into float32 greys in 0…1, the latter with the geometry of MNIST; `centre_digit` gives that geometry to a drawing.
"""

import os
import signal
import struct
import sys
import threading
from contextlib import suppress
from subprocess import DEVNULL, PIPE, TimeoutExpired, run
from typing import BinaryIO

import numpy as np
from PIL import Image

from engine import decoder
from engine.decoder import TOO_MUCH_WORK, UploadError

__all__ = ["FILE_BYTES", "UploadError", "centre_digit", "open_upload", "to_digit", "to_grey"]

FILE_BYTES = 20 * 2**20
PATIENCE = 30.0 if hasattr(signal, "setitimer") else 2.5  # seconds by the clock; the rest is waiting for a busy machine
AT_ONCE = threading.BoundedSemaphore(2)  # decoders, each within decoder.MEMORY

DIGIT_BOX = 20 / 28  # MNIST scales a digit to fit 20 × 20 pixels …
DIGIT_CENTRE = 14 / 28  # … and puts its centre of mass on pixel (14, 14), counted from 0
FAINT = 0.06  # less contrast than this is paper, not ink
THIN, MEDIUM = 1.7 / 20, 2.3 / 20  # stroke widths of MNIST's thin and usual digits, as parts of the box
SPECK = 0.03  # pieces with less than this part of the largest piece's ink are dirt
WORKING_SIDE, THICKENING_SIDE, BORDER_POINTS = 512, 100, 4000


def open_upload(source: bytes | BinaryIO, kept: int = decoder.KEPT_PIXELS) -> Image.Image:
    """A person's picture, from the bytes of a file or an open binary file.

    Returns an upright RGB picture of 1 … `kept` pixels (larger ones are averaged down, aspect kept) with no
    metadata: of an animation the first frame, transparent parts on white. Files of up to 20 MB and 25 million pixels
    are decoded, in memory only, by a process of its own with 1.5 s of processor time and 500 MB.
    Raises UploadError with a sentence for the person when the file is no such picture.
    """
    data = _read(source)
    if not data:
        raise UploadError("This file is empty.")
    if len(data) > FILE_BYTES:
        raise UploadError("This file is larger than 20 MB. Save a smaller copy of the picture and try again.")
    decoder.kind_of(data)
    with AT_ONCE:
        pixels = _decode_apart(data, kept)
    return Image.frombytes("RGB", struct.unpack_from("<II", pixels), memoryview(pixels)[8:])


def _read(source: bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    with suppress(OSError, AttributeError):
        source.seek(0)
    return source.read(FILE_BYTES + 1)


def _decode_apart(data: bytes, kept: int) -> bytes:
    command = [sys.executable, "-P", decoder.__file__, str(kept)]
    environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}  # threads of a decoder would reserve 64 MB each
    try:
        child = run(command, input=data, stdout=PIPE, stderr=DEVNULL, timeout=PATIENCE, env=environment)
    except TimeoutExpired as error:
        raise UploadError(TOO_MUCH_WORK) from error
    except OSError as error:
        raise UploadError("The machine is too busy to open pictures just now. Try again in a moment.") from error
    if child.returncode == decoder.REFUSED:
        raise UploadError(child.stdout.decode())
    if child.returncode != 0:
        raise UploadError(TOO_MUCH_WORK) from ChildProcessError(f"the decoder ended with status {child.returncode}")
    return child.stdout


def to_grey(image: Image.Image, size: int) -> np.ndarray:
    """The whole picture as greys, float32 (size, size) in 0…1; the longer side fills the square, and the bars beside
    the shorter one have the median grey of the picture's own border."""
    grey = image.convert("L")
    width, height = _fit(grey.size, size)
    backdrop = int(np.median(_border(np.asarray(grey))))
    square = Image.new("L", (size, size), backdrop)
    small = grey.resize((width, height), Image.Resampling.LANCZOS)
    square.paste(small, ((size - width) // 2, (size - height) // 2))
    return np.asarray(square, np.float32) / 255


def to_digit(image: Image.Image, size: int = 28, invert: bool | None = None) -> np.ndarray:
    """A photo or drawing of one digit as MNIST would show it: float32 (size, size) in 0…1, white strokes on black.

    The paper, a smooth grey fitted to the border, is subtracted; what remains is stretched to 0…1, thin pen strokes
    are thickened to the usual width, and `centre_digit` places the digit. `invert` says whether the strokes are darker
    than the paper (None: whichever differs more from the border). A picture without contrast gives zeros.
    """
    grey = image.convert("L")
    grey.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    contrast = np.asarray(grey, np.float32) / 255
    contrast -= _paper(contrast)
    dark_strokes = -contrast.min() > contrast.max() if invert is None else invert
    return centre_digit(_thicken(_ink(-contrast if dark_strokes else contrast)), size)


def centre_digit(x: np.ndarray, size: int = 28) -> np.ndarray:
    """White strokes on black, float (H, W) in 0…1 → float32 (size, size) in 0…1 with the geometry of MNIST.

    The strokes' box is scaled, aspect kept, to 20 of 28 pixels and their centre of mass put on pixel (14, 14), to the
    nearest pixel (LeCun et al. 1998, section III-A). The brightest pixel becomes 1; a blank drawing stays blank.
    """
    digit = np.zeros((size, size), np.float32)
    strokes = _crop(np.asarray(x, np.float32))
    if strokes is None:
        return digit
    width, height = _fit(strokes.shape[::-1], round(DIGIT_BOX * size))
    small = _resize(strokes, (width, height))
    top, left = (
        int(np.clip(round(DIGIT_CENTRE * size - centre), 0, size - length))
        for centre, length in zip(_centre_of_mass(small), (height, width), strict=True)
    )
    digit[top : top + height, left : left + width] = small / small.max()
    return digit


def _fit(size: tuple[int, int], side: int) -> tuple[int, int]:
    """(width, height) scaled so that the longer is `side` and the shorter at least 1."""
    longest = max(size)
    return max(1, round(size[0] * side / longest)), max(1, round(size[1] * side / longest))


def _resize(x: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Float32 (H, W) → (height, width), smoothed where it shrinks."""
    return np.asarray(Image.fromarray(x).resize(size, Image.Resampling.BILINEAR))


def _centre_of_mass(x: np.ndarray) -> tuple[float, float]:
    """(row, column) of a non-negative (H, W) with a positive sum."""
    rows, columns = x.sum(1), x.sum(0)
    return rows @ np.arange(len(rows)) / rows.sum(), columns @ np.arange(len(columns)) / columns.sum()


def _crop(x: np.ndarray) -> np.ndarray | None:
    """The box around everything brighter than a tenth of the brightest pixel, or None for a blank (H, W)."""
    x = np.clip(np.nan_to_num(x), 0, 1)
    if x.max(initial=0) < FAINT:
        return None
    rows, columns = np.nonzero(x > 0.1 * x.max())
    return x[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def _border(x: np.ndarray) -> np.ndarray:
    """Values of the outer 6 % of (H, W), at least one pixel wide, as (N,)."""
    return x[_border_mask(x.shape)]


def _border_mask(shape: tuple[int, int]) -> np.ndarray:
    band = max(1, round(0.06 * min(shape)))
    mask = np.ones(shape, bool)
    mask[band : shape[0] - band, band : shape[1] - band] = False
    return mask


def _paper(grey: np.ndarray) -> np.ndarray:
    """The quadratic in (row, column) fitted to the border of (H, W), strokes that touch the border left out: light
    that falls off to one side or to the corners, as in a photo."""
    row, column = np.meshgrid(*(np.linspace(-1, 1, length, dtype=np.float32) for length in grey.shape), indexing="ij")
    terms = np.stack([np.ones_like(grey), row, column, row * column, row**2, column**2], -1)
    mask = _border_mask(grey.shape)
    thinned = slice(None, None, max(1, np.count_nonzero(mask) // BORDER_POINTS))
    points, values = terms[mask][thinned], grey[mask][thinned]
    kept = np.abs(values - np.median(values)) <= 0.25
    for _ in range(3):
        weights = np.linalg.lstsq(points[kept], values[kept], rcond=None)[0]
        residual = np.abs(values - points @ weights)
        kept = residual <= 3 * np.median(residual) + 1 / 255
    return terms @ weights


def _ink(contrast: np.ndarray) -> np.ndarray:
    """Contrast to the paper → 0…1: full strokes 1; paper, its grain, faint lines and specks exactly 0."""
    peak = contrast.max()
    if peak < FAINT:
        return np.zeros_like(contrast)
    full = np.median(contrast[contrast > peak / 2])
    grain = 4 * np.median(np.abs(_border(contrast)))
    from scipy import ndimage  # costs a page's first paint 0.3 s when it stands on top

    pieces, count = ndimage.label(contrast > max(grain, 0.4 * full), np.ones((3, 3)))
    mass = ndimage.sum_labels(contrast, pieces, np.arange(count + 1))
    mass[0] = 0
    strokes = (mass > SPECK * mass.max())[pieces]
    edges = ndimage.binary_dilation(strokes, np.ones((3, 3)), iterations=2)
    return np.where(edges & (contrast > grain), np.clip(contrast / full, 0, 1), 0).astype(np.float32)


def _thicken(ink: np.ndarray) -> np.ndarray:
    """Strokes thinner than MNIST's are dilated to its usual width; the width is about 2 · area / perimeter."""
    strokes = _crop(ink)
    if strokes is None:
        return ink
    small = _block_maxima(strokes, -(-max(strokes.shape) // THICKENING_SIDE))
    solid = np.pad(small > 0.5, 1)
    perimeter = np.pi / 4 * sum(np.count_nonzero(np.diff(solid, axis=axis)) for axis in (0, 1))
    side = max(small.shape)
    width = 2 * np.count_nonzero(solid) / perimeter / side
    if width >= THIN:
        return ink
    from scipy import ndimage

    reach = round((MEDIUM - width) * side / 2)
    return ndimage.grey_dilation(np.pad(small, reach), footprint=_disc(reach))


def _block_maxima(x: np.ndarray, block: int) -> np.ndarray:
    """(H, W) → (⌈H/block⌉, ⌈W/block⌉): thin lines stay whole where averaging would pale them."""
    height, width = x.shape
    padded = np.pad(x, ((0, -height % block), (0, -width % block)))
    return padded.reshape(padded.shape[0] // block, block, -1, block).max((1, 3))


def _disc(radius: int) -> np.ndarray:
    offsets = np.arange(-radius, radius + 1)
    return offsets[:, None] ** 2 + offsets**2 <= (radius + 0.5) ** 2
