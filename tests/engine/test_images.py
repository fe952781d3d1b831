"""The door for uploads from end to end, and pictures brought to the geometry of MNIST."""

import struct
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from sklearn.datasets import load_sample_image

from engine import decoder, images
from engine.images import FILE_BYTES, UploadError, centre_digit, open_upload, to_digit, to_grey


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


FLOWER = Image.fromarray(load_sample_image("flower.jpg"))


def test_bytes_and_files_open_alike_from_the_start_of_the_file():
    data = saved(FLOWER, "PNG")
    file = BytesIO(data)
    file.read(100)
    for source in (data, bytearray(data), memoryview(data), file):
        image = open_upload(source)
        assert image.mode == "RGB" and image == FLOWER


def test_a_phone_photo_loses_its_place_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    photo = FLOWER.resize((4000, 3000))
    data = saved(photo, "JPEG", quality=92, exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 50)
    image = open_upload(data)
    assert image.height > image.width and image.width * image.height <= decoder.KEPT_PIXELS
    upright = photo.rotate(-90, expand=True).resize(image.size)
    assert np.abs(np.asarray(image, int) - np.asarray(upright)).mean() < 4
    for kind in ("PNG", "JPEG"):
        again = Image.open(BytesIO(saved(image, kind)))
        assert not again.getexif() and not {"exif", "icc_profile", "comment", "xmp"} & set(again.info)
        assert b"SECRET" not in saved(image, kind)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_any_shape_passes(size):
    assert open_upload(saved(Image.new("RGB", size, "teal"), "PNG")).size == size


BAD_FILES = {
    "empty": (b"", "empty"),
    "text": (b"Dear Sir or Madam", "not a picture of a kind"),
    "a renamed PDF": (b"%PDF-1.7\n" + bytes(100), "not a picture of a kind"),
    "too many bytes": (bytes(FILE_BYTES + 1), "larger than 20 MB"),
    "a bare signature": (b"\x89PNG\r\n\x1a\n", "PNG picture is damaged"),
    "half a JPEG": (saved(FLOWER, "JPEG")[:20_000], "JPEG picture is damaged"),
    "half a WEBP": (saved(FLOWER, "WEBP")[:10_000], "WEBP picture is damaged"),
    "too many pixels": (saved(Image.new("1", (5001, 5000)), "PNG"), "more than 25 million pixels"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_in_words(name):
    data, words = BAD_FILES[name]
    with pytest.raises(UploadError, match=words):
        open_upload(data)


def test_as_many_pixels_as_promised_pass():
    side = int(decoder.PIXELS**0.5)
    for kind in ("PNG", "WEBP"):
        image = open_upload(saved(Image.new("RGB", (side, side), "teal"), kind))
        assert image.getpixel((9, 9)) == pytest.approx((0, 128, 128), abs=4)


def test_heic_opens_or_is_explained():
    try:
        import pillow_heif  # noqa: F401
    except ImportError:
        words = "Save the photo as JPEG"
    else:
        words = "HEIF picture is damaged"
    with pytest.raises(UploadError, match=words):
        open_upload(b"\0\0\0\x18ftypheic" + bytes(100))


@pytest.mark.parametrize("death", ["import os; os.abort()", "raise SystemExit(1)", "import time; time.sleep(60)"])
def test_a_decoder_that_dies_or_hangs_costs_a_sentence(death, tmp_path, monkeypatch):
    script = tmp_path / "decoder.py"
    script.write_text(death)
    monkeypatch.setattr(images.decoder, "__file__", str(script))
    monkeypatch.setattr(images, "PATIENCE", 0.5)
    with pytest.raises(UploadError) as refusal:
        open_upload(saved(FLOWER, "PNG"))
    assert str(refusal.value) == decoder.TOO_MUCH_WORK


def test_many_people_upload_at_once():
    pictures = [Image.new("RGB", (30, 20), (index, 0, 0)) for index in range(12)]
    with ThreadPoolExecutor(12) as people:
        assert list(people.map(open_upload, (saved(picture, "PNG") for picture in pictures))) == pictures


def test_no_more_than_two_decoders_run_at_once(monkeypatch):
    running, most = [], []

    def decode_apart(data: bytes, kept: int) -> bytes:
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()
        return struct.pack("<II3B", 1, 1, 9, 9, 9)

    monkeypatch.setattr(images, "_decode_apart", decode_apart)
    with ThreadPoolExecutor(8) as people:
        list(people.map(open_upload, [b"BM"] * 16))
    assert max(most) == 2


@settings(max_examples=25, deadline=None, database=None)
@given(st.integers(0, 2000), st.lists(st.integers(0), max_size=6), st.sampled_from(["PNG", "JPEG", "GIF"]))
def test_broken_files_end_in_a_picture_or_a_sentence(cut, flips, kind):
    data = bytearray(saved(FLOWER.resize((40, 30)), kind))
    for position in flips:
        data[position % len(data)] ^= 1 << position % 8
    try:
        assert open_upload(bytes(data[: len(data) - cut])).mode == "RGB"
    except UploadError as refusal:
        assert "\n" not in str(refusal)


def test_to_grey_shows_the_whole_picture_between_bars_of_its_own_border():
    wide = Image.new("RGB", (200, 100), "white")
    wide.paste((0, 0, 0), (80, 30, 120, 70))
    grey = to_grey(wide, 28)
    assert grey.shape == (28, 28) and grey.dtype == np.float32 and grey.min() >= 0 and grey.max() <= 1
    assert (grey[:7] == 1).all() and (grey[-7:] == 1).all() and grey[14, 14] < 0.05
    assert 1 - grey.mean() == pytest.approx(40 * 40 / 200**2, abs=0.01)
    assert to_grey(Image.new("L", (4000, 1), 51), 28) == pytest.approx(0.2)
    assert to_grey(Image.new("L", (1, 1), 255), 28) == pytest.approx(1)


def centre_of_mass(x: np.ndarray) -> np.ndarray:
    return np.array([(x * axis).sum() / x.sum() for axis in np.indices(x.shape)])


def box(x: np.ndarray) -> tuple[int, int]:
    rows, columns = np.nonzero(x > 0.1)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def seven(side=200, at=(60, 40), height=100, pen=12, ink=255, paper=0) -> Image.Image:
    image = Image.new("L", (side, side), paper)
    x, y = at
    path = [(x, y), (x + 0.6 * height, y), (x + 0.2 * height, y + height)]
    ImageDraw.Draw(image).line(path, fill=ink, width=pen, joint="curve")
    return image


def array(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32) / 255


SEVEN = centre_digit(array(seven()))


@pytest.mark.parametrize("at", [(5, 10), (60, 40), (130, 90)])
@pytest.mark.parametrize("height", [40, 100])
def test_a_drawn_digit_gets_the_geometry_of_mnist(at, height):
    digit = centre_digit(array(seven(at=at, height=height, pen=height // 8)))
    assert digit.shape == (28, 28) and digit.dtype == np.float32 and digit.min() == 0 and digit.max() == 1
    assert np.abs(centre_of_mass(digit) - 14).max() <= 0.5
    assert max(box(digit)) == 20
    assert np.corrcoef(digit.ravel(), SEVEN.ravel())[0, 1] > 0.95


def test_moving_the_drawing_changes_nothing_and_centring_twice_neither():
    moved = np.roll(array(seven()), (17, -23), (0, 1))
    assert np.array_equal(centre_digit(moved), SEVEN)
    assert np.abs(centre_digit(SEVEN) - SEVEN).mean() < 0.01


@settings(max_examples=80, deadline=None, database=None)
@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 89)), min_size=1, max_size=6), st.integers(14, 64))
def test_any_strokes_fit_the_frame(points, size):
    image = Image.new("L", (90, 60))
    ImageDraw.Draw(image).line([(x, y) for y, x in points] + [points[0][::-1]], fill=255, width=4)
    digit = centre_digit(array(image), size)
    assert digit.shape == (size, size) and np.isfinite(digit).all() and digit.min() >= 0 and digit.max() in (0, 1)
    if digit.any():
        assert max(box(digit)) <= round(size * 20 / 28)


def test_blank_drawings_and_pictures_without_ink_stay_blank():
    for blank in (np.zeros((280, 280)), np.full((28, 28), 0.01), np.full((5, 5), np.nan), np.zeros((0, 0))):
        assert not centre_digit(blank).any()
    for shade in (0, 128, 255):
        assert not to_digit(Image.new("RGB", (300, 200), 3 * (shade,))).any()
    ramp = Image.fromarray(np.tile(np.linspace(90, 200, 320).astype(np.uint8), (240, 1)))
    assert not to_digit(ramp).any()


@pytest.mark.parametrize("ink, paper", [(255, 0), (0, 255), (40, 110), (200, 130)])
def test_photographed_digits_are_white_on_black_whatever_the_ink(ink, paper):
    digit = to_digit(seven(ink=ink, paper=paper).convert("RGB"))
    assert np.abs(centre_of_mass(digit) - 14).max() <= 0.5 and max(box(digit)) == 20
    assert np.median(digit) == 0 and digit.max() == 1
    assert np.corrcoef(digit.ravel(), SEVEN.ravel())[0, 1] > 0.95


def test_invert_overrules_the_border():
    bright_square = Image.new("L", (100, 100), 128)
    bright_square.paste(255, (20, 20, 40, 40))
    bright_square.paste(40, (60, 50, 80, 90))
    assert box(to_digit(bright_square, invert=False)) == (20, 20)
    assert box(to_digit(bright_square, invert=True)) == (20, 10)


@pytest.mark.parametrize("pen", [2, 5, 40])
def test_a_photo_with_shade_grain_and_dirt_gives_the_digit(pen):
    generator = np.random.default_rng(0)
    rows, columns = np.indices((900, 900)) / 900 - 0.5
    paper = 0.75 + 0.2 * rows - 0.1 * columns - 0.3 * (rows**2 + columns**2)
    ink = array(seven(side=900, at=(300, 250), height=400, pen=pen))
    ink[50:54, 800:804] = 1
    photo = paper * (1 - 0.7 * ink) + generator.normal(0, 0.02, paper.shape)
    digit = to_digit(Image.fromarray(np.uint8(255 * photo.clip(0, 1))))
    assert max(box(digit)) == 20 and np.abs(centre_of_mass(digit) - 14).max() <= 0.5
    assert np.corrcoef(digit.ravel(), SEVEN.ravel())[0, 1] > 0.8
    assert 0.06 < (digit > 0.5).mean() < 0.2


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (2, 2), (28, 28)])
def test_digits_of_any_shape_of_picture(size):
    noise = np.random.default_rng(1).integers(0, 256, size[::-1], dtype=np.uint8)
    digit = to_digit(Image.fromarray(noise))
    assert digit.shape == (28, 28) and np.isfinite(digit).all() and digit.min() >= 0 and digit.max() <= 1
