"""One untrusted file → plain RGB pixels, in a short-lived process of its own.

    python -P engine/decoder.py < file > width and height (little-endian uint32), then width · height · 3 bytes
    python -P engine/decoder.py PIXELS < file   the same, with at most so many pixels kept
    python -P engine/decoder.py PIXELS many   file after file, each after its length, for `engine.albums`

A hostile file can waste time or memory in many places of a decoder: a million empty chunks, a thousand scans, a tile
larger than its picture. Here such a file meets the limits that the operating system puts on this process, and a crash
of a native decoder ends this process only. Nothing but pixels comes back, so no metadata can. The module needs Pillow
alone, which lets the process start in some 50 ms.
"""

import re
import struct
import sys
import warnings
from io import BytesIO
from math import sqrt

from PIL import (
    Image,
    TiffImagePlugin,
    WebPImagePlugin,  # noqa: F401  (registers WEBP, which Pillow otherwise loads together with 40 other formats)
)

PIXELS = 25_000_000  # width · height of the largest picture that is decoded
KEPT_PIXELS = 4_194_304  # larger pictures are averaged down to this many
SECONDS = 1.5  # of processor time
MEMORY = 500_000_000  # bytes of address space
REFUSED = 3  # exit status: standard output holds the sentence of an UploadError

SIGNATURES = {
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "JPEG": rb"\xff\xd8\xff",
    "WEBP": rb"RIFF....WEBP",
    "GIF": rb"GIF8[79]a",
    "BMP": rb"BM",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "HEIF": rb"....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)",
}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

NO_PICTURE = "This file is not a picture of a kind that opens here: PNG, JPEG, WEBP, GIF, BMP or TIFF."
NO_HEIC = (
    "HEIC photos do not open on this machine. Save the photo as JPEG and try again "
    "(on an iPhone: Settings, Camera, Formats, Most Compatible)."
)
DAMAGED = "This {kind} picture is damaged or cut short. Open it in another program, save it again and try that copy."
TOO_LARGE = "This picture has more than 25 million pixels. Make it smaller (4000 × 3000 is plenty) and try again."
TOO_MUCH_WORK = (
    "This picture takes more time or memory to open than a picture should. "
    "Save it as a plain PNG or JPEG and try again."
)


class UploadError(ValueError):
    """A file that does not become a picture; the text is one sentence or two for the person who chose it."""


def decode(data: bytes, kept: int = KEPT_PIXELS) -> Image.Image:
    """The first picture in a file, upright, on white, as RGB of at most `kept` pixels and without metadata.

    Raises UploadError for everything that is no such picture, and nothing else.
    """
    kind = kind_of(data)
    try:
        return _decode(data, kind, kept)
    except UploadError:
        raise
    except Image.DecompressionBombError as error:
        raise UploadError(TOO_LARGE) from error
    except MemoryError as error:
        raise UploadError(TOO_MUCH_WORK) from error
    except Exception as error:
        raise UploadError(DAMAGED.format(kind=kind)) from error


def kind_of(data: bytes) -> str:
    """The format that a file's first bytes announce, a key of `SIGNATURES`; its name is never trusted."""
    for kind, signature in SIGNATURES.items():
        if re.match(signature, data, re.DOTALL):
            return kind
    raise UploadError(NO_PICTURE)


def _decode(data: bytes, kind: str, kept: int) -> Image.Image:
    if kind == "HEIF":
        _register_heif()
    Image.open(BytesIO(data), formats=[kind]).verify()
    image = Image.open(BytesIO(data), formats=[kind])
    if image.width * image.height > PIXELS:
        raise UploadError(TOO_LARGE)
    image.draft(None, _kept_size(*image.size, kept))
    image.load()
    turn = UPRIGHT.get(_orientation(image))
    image = _on_white(_eight_bits(image), kept)
    return image.transpose(turn) if turn is not None else image


def _register_heif() -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise UploadError(NO_HEIC) from error
    register_heif_opener()


def _kept_size(width: int, height: int, kept: int) -> tuple[int, int]:
    scale = min(1.0, sqrt(kept / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _orientation(image: Image.Image) -> int:
    """EXIF tag 274, 1…8; damaged EXIF says nothing about which way is up (1)."""
    try:
        return image.getexif().get(0x0112, 1)
    except MemoryError:
        raise
    except Exception:
        return 1


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scales samples of 12…32 bits and floats to 0…255, and brings CIELAB to RGB; Pillow's own conversion clips."""
    if image.mode == "LAB":
        from PIL.ImageCms import createProfile, profileToProfile

        return profileToProfile(image, createProfile("LAB"), createProfile("sRGB"), outputMode="RGB")
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return image
    key = image.info.get("transparency")
    black, white = _range(image)
    gain = 255 / (white - black)
    grey = image if image.mode == "F" else image.convert("I")
    grey = grey.point(lambda value: value * gain + (0.5 - black * gain)).convert("L")
    if key is not None:
        grey.info["transparency"] = int((key - black) * gain + 0.5)
    return grey


def _range(image: Image.Image) -> tuple[float, float]:
    """(black, white) of a picture in mode I;16…, I or F; where the format fixes no white, the smallest that fits."""
    if image.mode.startswith("I;16"):
        tags = getattr(image, "tag_v2", {})
        white = 2 ** tags.get(TiffImagePlugin.BITSPERSAMPLE, (16,))[0] - 1
        return (white, 0) if tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0 else (0, white)
    if image.format == "PNG":
        return 0, 65535
    low, high = image.getextrema()
    fitting = [white for white in (1, 255, 65535) if low >= 0 and high <= white]
    return (0, fitting[0]) if fitting else (low, high if high > low else low + 1)


def _on_white(image: Image.Image, kept: int) -> Image.Image:
    """RGB of at most `kept` pixels, transparent parts white."""
    clear = image.has_transparency_data
    mode = "RGBA" if clear else "L" if image.mode in ("1", "L") else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
    size = _kept_size(*image.size, kept)
    if size != image.size:
        image = image.resize(size, Image.Resampling.HAMMING)
    white = Image.new("RGB", size, "white")
    white.paste(image, mask=image.getchannel("A") if clear else None)
    return white


def _limit_time() -> None:
    """`SECONDS` of processor time from now on."""
    try:
        import signal

        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    except (ImportError, AttributeError):
        return


def _limit_this_process() -> None:
    """Ends this process after `SECONDS` of processor time (Unix) and fails allocations past `MEMORY` (Linux)."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = PIXELS // 2  # Pillow itself refuses twice as many, before it allocates
    _limit_time()
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ValueError, OSError):
        return


def many(kept: int) -> int:
    """Files on standard input, each after its length, until it ends; for each its status (0 or `REFUSED`), width,
    height and the length of what follows on standard output: pixels or a sentence. Limits count for each file anew.
    """
    _limit_this_process()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(4)) == 4:
        data = source.read(*struct.unpack("<I", head))
        _limit_time()
        try:
            picture = decode(data, kept)
            answer = 0, *picture.size, picture.tobytes()
        except UploadError as refusal:
            answer = REFUSED, 0, 0, str(refusal).encode()
        target.write(struct.pack("<IIII", *answer[:3], len(answer[3])) + answer[3])
        target.flush()
    return 0


def main(kept: int = KEPT_PIXELS) -> int:
    """Standard input → standard output; 0 with pixels, `REFUSED` with a sentence, anything else when a limit struck."""
    _limit_this_process()
    try:
        picture = decode(sys.stdin.buffer.read(), kept)
    except UploadError as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(struct.pack("<II", *picture.size))
    sys.stdout.buffer.write(picture.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit((many if sys.argv[2:] == ["many"] else main)(*map(int, sys.argv[1:2])))
