"""Files that somebody broke: whatever the bytes, `decode` gives an RGB picture or a sentence, and nothing else."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine import decoder
from engine.decoder import SIGNATURES, UploadError, decode

pytestmark = pytest.mark.filterwarnings("ignore")


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


NOISE = Image.effect_noise((24, 16), 90)
SAMPLES = {
    "PNG": saved(NOISE.convert("RGB"), "PNG", exif=Image.Exif()),
    "palette PNG": saved(NOISE.convert("P"), "PNG", transparency=3),
    "animated PNG": saved(Image.new("L", (9, 6)), "PNG", save_all=True, append_images=[Image.new("L", (9, 6), 99)]),
    "JPEG": saved(NOISE.convert("RGB"), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    "progressive JPEG": saved(NOISE.convert("CMYK"), "JPEG", progressive=True),
    "GIF": saved(NOISE, "GIF", save_all=True, append_images=[Image.new("L", (24, 16))]),
    "WEBP": saved(NOISE.convert("RGB"), "WEBP"),
    "lossless WEBP": saved(NOISE.convert("RGBA"), "WEBP", lossless=True),
    "TIFF": saved(NOISE.convert("RGB"), "TIFF"),
    "LZW TIFF": saved(NOISE.convert("RGB"), "TIFF", compression="tiff_lzw"),
    "JPEG TIFF": saved(NOISE.convert("RGB"), "TIFF", compression="jpeg"),
    "BMP": saved(NOISE.convert("P"), "BMP"),
}
FUZZ = settings(max_examples=400, deadline=None, database=None)


def picture_or_sentence(data: bytes) -> Image.Image | None:
    """The picture, or None where a sentence refused it; any other outcome fails the test by its exception."""
    try:
        image = decode(data)
    except UploadError as refusal:
        assert str(refusal).endswith((".", ")")) and "Error" not in str(refusal) and "\n" not in str(refusal)
        return None
    image.load()
    assert image.mode == "RGB" and min(image.size) >= 1
    return image


@pytest.fixture(autouse=True, scope="module")
def small_pixel_cap_for_broken_headers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoder, "PIXELS", 13_000_000)
        yield


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_anywhere_is_refused_or_lost_nothing(name):
    data = SAMPLES[name]
    whole = picture_or_sentence(data)
    assert whole is not None
    for length in range(0, len(data), max(1, len(data) // 120)):
        cut = picture_or_sentence(data[:length])
        assert cut is None or cut == whole, length


@FUZZ
@given(name=st.sampled_from(sorted(SAMPLES)), flips=st.lists(st.tuples(st.integers(0), st.integers(0, 7)), max_size=12))
def test_files_with_flipped_bits(name, flips):
    data = bytearray(SAMPLES[name])
    for position, bit in flips:
        data[position % len(data)] ^= 1 << bit
    picture_or_sentence(bytes(data))


@FUZZ
@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data(), noise=st.binary(max_size=40))
def test_files_with_foreign_bytes_in_the_middle(name, data, noise):
    sample = SAMPLES[name]
    start = data.draw(st.integers(0, len(sample)))
    stop = data.draw(st.integers(start, min(len(sample), start + 60)))
    picture_or_sentence(sample[:start] + noise + sample[stop:])


HEADS = [
    b"",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"\xff\xd8\xff\xe0",
    b"GIF89a",
    b"BM",
    b"II*\0\x08\0\0\0",
    b"MM\0*\0\0\0\x08",
    b"RIFF\x40\0\0\0WEBPVP8 ",
    b"RIFF\x40\0\0\0WEBPVP8X",
    b"RIFF\x40\0\0\0WEBPVP8L",
    b"\0\0\0\x18ftypheic",
]


@FUZZ
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=300))
def test_any_bytes(head, tail):
    picture_or_sentence(head + tail)


def test_every_signature_is_recognised_and_nothing_else():
    kinds = {name: decoder.kind_of(data) for name, data in SAMPLES.items()}
    assert all(name.endswith(kind) for name, kind in kinds.items())
    assert set(kinds.values()) == set(SIGNATURES) - {"HEIF"}
    for text in (b"", b"hello", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\0\0\0\x1cftypavif"):
        with pytest.raises(UploadError, match="not a picture of a kind"):
            decode(text)
