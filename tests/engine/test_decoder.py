"""What `decode` makes of every kind of pixel, orientation, animation and shape."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from engine import decoder
from engine.decoder import UploadError, decode

SAND = (200, 150, 70)
GREYS = np.linspace(0, 65535, 40 * 30).reshape(30, 40)
EXIF_ORIENTATION, EXIF_GPS = 0x0112, 0x8825


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(mode: str, colour=SAND) -> Image.Image:
    image = Image.new("RGB", (7, 5), colour)
    return image.quantize(4) if mode == "P" else image.convert(mode)


def png(width: int, height: int, depth: int, colour_type: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = [(len(data), name + data, zlib.crc32(name + data)) for name, data in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(struct.pack(f">I{len(b)}sI", a, b, c) for a, b, c in body)


def test_every_mode_and_format_gives_the_same_colour():
    transparent = plain("RGBA")
    transparent.putalpha(255)
    files = {
        "RGB PNG": saved(plain("RGB"), "PNG"),
        "RGBA PNG": saved(transparent, "PNG"),
        "palette PNG": saved(plain("P"), "PNG"),
        "RGB WEBP": saved(plain("RGB"), "WEBP", lossless=True),
        "RGBA WEBP": saved(transparent, "WEBP", lossless=True),
        "JPEG": saved(plain("RGB"), "JPEG", quality=98),
        "progressive JPEG": saved(plain("RGB"), "JPEG", quality=98, progressive=True, subsampling=0),
        "CMYK JPEG": saved(plain("CMYK"), "JPEG", quality=98),
        "GIF": saved(plain("P"), "GIF"),
        "RGB BMP": saved(plain("RGB"), "BMP"),
        "RGBA BMP": saved(transparent, "BMP"),
        "palette BMP": saved(plain("P"), "BMP"),
        "RGB TIFF": saved(plain("RGB"), "TIFF"),
        "CMYK TIFF": saved(plain("CMYK"), "TIFF"),
        "YCbCr TIFF": saved(plain("YCbCr"), "TIFF"),
        "LAB TIFF": saved(lab(SAND), "TIFF"),
        "RGBX TIFF": saved(plain("RGBX"), "TIFF"),
        "palette TIFF": saved(plain("P"), "TIFF"),
        "LZW TIFF": saved(plain("RGB"), "TIFF", compression="tiff_lzw"),
        "JPEG TIFF": saved(plain("RGB"), "TIFF", compression="jpeg", quality=98),
        "48-bit PNG": png(7, 5, 16, 2, 5 * (b"\0" + 7 * struct.pack(">HHH", *(257 * c for c in SAND)))),
    }
    for name, data in files.items():
        image = decode(data)
        assert (image.mode, image.size) == ("RGB", (7, 5)), name
        assert np.abs(np.asarray(image, int) - SAND).max() <= 5, name


def lab(colour: tuple[int, int, int]) -> Image.Image:
    from PIL.ImageCms import createProfile, profileToProfile

    return profileToProfile(plain("RGB", colour), createProfile("sRGB"), createProfile("LAB"), outputMode="LAB")


GREY_FILES = {
    "1": lambda: saved(Image.fromarray(GREYS > 32767), "PNG"),
    "L PNG": lambda: saved(Image.fromarray((GREYS / 257).astype(np.uint8)), "PNG"),
    "L JPEG": lambda: saved(Image.fromarray((GREYS / 257).astype(np.uint8)), "JPEG", quality=98),
    "16-bit PNG": lambda: saved(Image.fromarray(GREYS.astype(np.uint16)), "PNG"),
    "16-bit TIFF": lambda: saved(Image.fromarray(GREYS.astype(np.uint16)), "TIFF"),
    "16-bit big-endian TIFF": lambda: saved(
        Image.frombytes("I;16B", (40, 30), GREYS.astype(">u2").tobytes()), "TIFF"
    ),
    "16-bit LZW TIFF": lambda: saved(Image.fromarray(GREYS.astype(np.uint16)), "TIFF", compression="tiff_lzw"),
    "12-bit TIFF": lambda: grey_tiff(pack_12_bits(GREYS.astype(np.uint16) >> 4), bits=12),
    "white-is-zero TIFF": lambda: grey_tiff((65535 - GREYS).astype("<u2").tobytes(), bits=16, photometric=0),
    "32-bit TIFF": lambda: saved(Image.fromarray(GREYS.astype(np.int32)), "TIFF"),
    "wide 32-bit TIFF": lambda: saved(Image.fromarray((1000 * GREYS - 3e7).astype(np.int32)), "TIFF"),
    "float TIFF, 0…1": lambda: saved(Image.fromarray((GREYS / 65535).astype(np.float32)), "TIFF"),
    "float TIFF, 0…255": lambda: saved(Image.fromarray((GREYS / 257).astype(np.float32)), "TIFF"),
    "float TIFF, -5…3": lambda: saved(Image.fromarray((8 * GREYS / 65535 - 5).astype(np.float32)), "TIFF"),
}


def pack_12_bits(samples: np.ndarray) -> bytes:
    pairs = samples.reshape(-1, 2).astype(np.uint32)
    return (pairs[:, 0] << 12 | pairs[:, 1]).astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()


def grey_tiff(strip: bytes, bits: int, photometric: int = 1) -> bytes:
    """A baseline TIFF of GREYS' size with one strip (TIFF 6.0, section 4)."""
    tags = {256: 40, 257: 30, 258: bits, 259: 1, 262: photometric, 273: 200, 277: 1, 278: 30, 279: len(strip)}
    directory = b"".join(struct.pack("<HHII", tag, 3, 1, value) for tag, value in tags.items())
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + directory + bytes(4)).ljust(200, b"\0") + strip


@pytest.mark.parametrize("name", GREY_FILES)
def test_deep_greys_are_scaled_and_not_clipped(name):
    grey = np.asarray(decode(GREY_FILES[name]()), float)
    expected = 255 * (GREYS > 32767) if name == "1" else GREYS / 257
    assert np.abs(grey.mean((0, 1)) - expected.mean()).max() < 1
    assert np.abs(grey - expected[..., None]).max() < 4


def test_constant_and_undefined_floats_open():
    for value in (0.0, 7e9, -3.0, np.nan, np.inf):
        assert decode(saved(Image.new("F", (4, 4), value), "TIFF")).size == (4, 4)


def test_cmyk_inks_come_out_right():
    inks = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255)]
    colours = [(0, 255, 255), (255, 0, 255), (255, 255, 0), (0, 0, 0)]
    for ink, colour in zip(inks, colours, strict=True):
        for kind in ("JPEG", "TIFF"):
            data = saved(Image.new("CMYK", (16, 16), ink), kind)
            assert np.abs(np.asarray(decode(data), int) - colour).max() <= 3, (ink, kind)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_flattened_onto_white(kind):
    half = Image.new("RGBA", (8, 8), (200, 0, 100, 128))
    half.paste((1, 2, 3, 0), (0, 0, 4, 8))
    rgb = np.asarray(decode(saved(half, kind, lossless=True)), int)
    assert (rgb[:, :4] == 255).all()
    assert np.abs(rgb[:, 4:] - (227, 127, 177)).max() <= 1


def test_transparent_colours_of_every_kind_become_white():
    indexed = Image.new("P", (4, 2), 1)
    indexed.putpalette([0, 0, 0, 10, 20, 30, 99, 98, 97])
    indexed.putpixel((0, 0), 2)
    files = [
        saved(indexed, "PNG", transparency=1),
        saved(indexed, "GIF", transparency=1),
        saved(Image.new("L", (4, 2), 77), "PNG", transparency=77),
        saved(Image.new("LA", (4, 2), (0, 0)), "PNG"),
        saved(Image.new("RGB", (4, 2), (9, 8, 7)), "PNG", transparency=(9, 8, 7)),
        saved(Image.new("1", (4, 2), 0), "PNG", transparency=0),
        png(4, 2, 16, 0, 2 * (b"\0" + 4 * b"\x12\x34"), (b"tRNS", b"\x12\x34")),
    ]
    for data in files:
        assert decode(data).getpixel((1, 1)) == (255, 255, 255)
    assert decode(files[0]).getpixel((0, 0)) == (99, 98, 97)


UPRIGHT = np.random.default_rng(0).integers(0, 256, (2, 3, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
STORED = {  # orientation → the upright picture as a camera held that way stores it (EXIF 2.3, tag 274)
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: np.rot90(x, 1),
    7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
    8: lambda x: np.rot90(x, -1),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", STORED)
def test_exif_orientation_is_undone(kind, orientation):
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    stored = Image.fromarray(np.ascontiguousarray(STORED[orientation](UPRIGHT)))
    options = {"quality": 98, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    upright = np.asarray(decode(saved(stored, kind, exif=exif, **options)), int)
    assert upright.shape == UPRIGHT.shape
    assert np.abs(upright - UPRIGHT).mean() < 3


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_exif_does_not_cost_the_picture(kind):
    for exif in (b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"):
        assert decode(saved(plain("RGB"), kind, exif=exif)).size == (7, 5)


def test_a_png_whose_check_sum_is_wrong_is_refused():
    data = bytearray(saved(plain("RGB"), "PNG"))
    data[data.index(b"IEND") - 5] ^= 1
    with pytest.raises(UploadError, match="PNG picture is damaged"):
        decode(bytes(data))


def test_too_many_pixels_are_refused_by_the_header():
    with pytest.raises(UploadError, match="more than 25 million pixels"):
        decode(png(5001, 5000, 8, 2, b"no pixels at all"))


def test_no_metadata_survives():
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    exif[0x010F] = "SECRETMAKER"
    exif.get_ifd(EXIF_GPS).update({1: "N", 2: (52.0, 31.0, 12.0)})
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SECRETCOMMENT")
    secrets = {"exif": exif, "icc_profile": b"SECRETPROFILE" * 20}
    for data in (
        saved(plain("RGB"), "JPEG", comment=b"SECRETCOMMENT", xmp=b"<x>SECRETXMP</x>", **secrets),
        saved(plain("RGB"), "PNG", pnginfo=notes, **secrets),
        saved(plain("RGB"), "WEBP", xmp=b"<x>SECRETXMP</x>", **secrets),
        saved(plain("RGB"), "TIFF", **secrets),
    ):
        assert b"SECRET" in data or b"SECRET".decode().encode("utf-16-le") in data
        image = decode(data)
        assert not image.info and not image.getexif() and type(image) is Image.Image
        for kind in ("PNG", "JPEG", "WEBP", "TIFF"):
            assert b"SECRET" not in saved(image, kind)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_gives_its_first_frame(kind):
    frames = [Image.new("RGB", (9, 6), colour) for colour in ("red", "lime", "blue")]
    image = decode(saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
    assert image.size == (9, 6) and image.getpixel((4, 3)) == (255, 0, 0)


def test_a_phone_photo_of_several_pictures_gives_the_first():
    frames = [Image.new("RGB", (32, 16), colour) for colour in ("red", "blue")]
    assert decode(saved(frames[0], "MPO", save_all=True, append_images=frames[1:])).getpixel((4, 3))[0] > 250


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (3, 20000)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF"])
def test_any_shape_keeps_its_size(size, kind):
    assert decode(saved(Image.new("RGB", size, "teal"), kind)).size == size


def test_large_pictures_are_averaged_down_with_their_aspect():
    stripes = np.tile(np.uint8([0, 255]), (3000, 2000))
    for kind in ("PNG", "JPEG"):
        image = decode(saved(Image.fromarray(stripes), kind))
        assert 0.99 <= image.width * image.height / decoder.KEPT_PIXELS <= 1
        assert image.width / image.height == pytest.approx(4 / 3, rel=1e-3)
        assert np.asarray(image).mean() == pytest.approx(127.5, abs=2)
        assert np.asarray(image)[10:-10, 10:-10].std() < 60
