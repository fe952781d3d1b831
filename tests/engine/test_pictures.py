"""Arrays that become PNG, GIF and grids come back from them pixel by pixel."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from engine.pictures import data_url, enlarge, grid, to_gif, to_png, to_uint8

GENERATOR = np.random.default_rng(0)
GREYS = GENERATOR.integers(0, 256, (5, 6, 7), dtype=np.uint8)
COLOURS = GENERATOR.integers(0, 256, (5, 6, 7, 3), dtype=np.uint8)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def frames_of(gif: bytes) -> np.ndarray:
    film = opened(gif)
    frames = []
    for index in range(film.n_frames):
        film.seek(index)
        frames.append(np.asarray(film.convert("RGB")))
    return np.stack(frames)


def test_floats_are_rounded_clipped_and_freed_of_nan():
    x = np.array([0, 0.5, 1, -3, 7, np.nan, np.inf, -np.inf, 0.4999 / 255, 0.5001 / 255])
    assert to_uint8(x).tolist() == [0, 128, 255, 0, 255, 0, 255, 0, 0, 1]
    assert to_uint8(np.array([True, False])).tolist() == [255, 0]
    assert to_uint8(GREYS) is GREYS
    assert np.array_equal(to_uint8(GREYS / 255), GREYS)
    with pytest.raises(TypeError, match="int64"):
        to_uint8(np.arange(3))


@pytest.mark.parametrize("picture", [GREYS[0], COLOURS[0], GENERATOR.integers(0, 256, (3, 4, 4), dtype=np.uint8)])
def test_png_is_exact(picture):
    assert np.array_equal(np.asarray(opened(to_png(picture))), picture)
    assert np.array_equal(np.asarray(opened(to_png(picture / 255))), picture)
    assert np.array_equal(np.asarray(opened(to_png(Image.fromarray(picture)))), picture)


def test_png_of_an_image_carries_no_metadata():
    exif = Image.Exif()
    exif[0x010F] = "SECRET"
    file = BytesIO()
    Image.fromarray(COLOURS[0]).save(file, "PNG", exif=exif, icc_profile=b"SECRET", dpi=(72, 72))
    again = opened(to_png(opened(file.getvalue())))
    assert not again.info and np.array_equal(np.asarray(again), COLOURS[0])


def test_png_of_any_image_mode_opens():
    for mode in ("1", "P", "CMYK", "LA", "YCbCr"):
        assert opened(to_png(Image.new(mode, (3, 2)))).size == (3, 2)


def test_data_url_holds_the_file():
    png = to_png(GREYS[0])
    head, body = data_url(png).split(",")
    assert head == "data:image/png;base64" and b64decode(body) == png


def test_enlarged_pixels_are_squares():
    large = enlarge(COLOURS[0], 3)
    assert large.shape == (18, 21, 3)
    for row, column in np.ndindex(3, 3):
        assert np.array_equal(large[row::3, column::3], COLOURS[0])
    assert np.array_equal(enlarge(GREYS[0], 1), GREYS[0])


@settings(max_examples=60, deadline=None, database=None)
@given(count=st.integers(1, 9), columns=st.integers(1, 12), gap=st.integers(0, 3), colour=st.booleans())
def test_every_picture_lies_in_its_cell_and_the_rest_is_background(count, columns, gap, colour):
    pictures = GENERATOR.integers(0, 100, (count, 4, 5, 3) if colour else (count, 4, 5), dtype=np.uint8)
    sheet = grid(pictures, columns, gap, background=1.0).copy()
    width = min(columns, count)
    height = -(-count // width)
    assert sheet.shape[:2] == (height * (4 + gap) - gap, width * (5 + gap) - gap)
    for index, picture in enumerate(pictures):
        top, left = (4 + gap) * (index // width), (5 + gap) * (index % width)
        assert np.array_equal(sheet[top : top + 4, left : left + 5], picture)
        sheet[top : top + 4, left : left + 5] = 255
    assert (sheet == 255).all()


def test_grid_of_floats_on_a_coloured_background():
    sheet = grid(GREYS / 255, columns=2, gap=1, background=(0, 0.5, 1))
    assert sheet.shape == (20, 15, 3) and sheet.dtype == np.uint8
    assert sheet[6, 0].tolist() == [0, 128, 255] and sheet[-1, -1].tolist() == [0, 128, 255]
    assert np.array_equal(sheet[:6, 8:], GREYS[1][..., None].repeat(3, -1))
    with pytest.raises(ValueError, match="no pictures"):
        grid(GREYS[:0], columns=2)


def repeats_shown_once(frames: np.ndarray) -> np.ndarray:
    changes = [a.tobytes() != b.tobytes() for a, b in zip(frames, frames[1:], strict=False)]
    return frames[[True, *changes]]


SIDE = st.integers(1, 6)
GREY_FILM = arrays(np.uint8, st.tuples(st.integers(1, 4), SIDE, SIDE))
COLOUR_FILM = arrays(np.uint8, st.tuples(st.integers(1, 4), SIDE, SIDE, st.just(3)))


@settings(max_examples=80, deadline=None, database=None)
@given(frames=GREY_FILM | COLOUR_FILM, scale=st.integers(1, 3))
def test_films_of_few_colours_are_exact(frames, scale):
    expected = repeats_shown_once(frames).repeat(scale, 1).repeat(scale, 2)
    if expected.ndim == 3:
        expected = expected[..., None].repeat(3, -1)
    assert np.array_equal(frames_of(to_gif(frames, scale=scale)), expected)


def test_all_256_greys_are_exact():
    ramp = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    film = np.concatenate([ramp, 255 - ramp])
    assert np.array_equal(frames_of(to_gif(film)), film[..., None].repeat(3, -1))
    assert np.array_equal(frames_of(to_gif(film[..., None].repeat(3, -1))), film[..., None].repeat(3, -1))


def test_more_than_256_colours_stay_close():
    rows, columns = np.indices((32, 32)) * 8
    film = np.stack([np.stack([rows, columns, np.full_like(rows, 40 * t)], -1) for t in range(5)]).astype(np.uint8)
    shown = frames_of(to_gif(film)).astype(int)
    assert shown.shape == film.shape
    assert np.abs(shown - film).mean() < 4 and np.abs(shown - film).max() < 24


def test_a_gif_is_endless_and_keeps_its_pace():
    for fps, milliseconds in ((10, 100), (12, 80), (25, 40), (1000, 20), (0.5, 2000)):
        film = opened(to_gif(GREYS, fps=fps))
        assert (film.info["loop"], film.info["duration"], film.n_frames) == (0, milliseconds, 5)
    with pytest.raises(ValueError, match="no frames"):
        to_gif(GREYS[:0])


def test_bounce_plays_forth_and_back_without_repeating_the_ends():
    shown = frames_of(to_gif(GREYS, bounce=True))[..., 0]
    assert np.array_equal(shown, GREYS[[0, 1, 2, 3, 4, 3, 2, 1]])
    for count in (1, 2):
        assert np.array_equal(frames_of(to_gif(GREYS[:count], bounce=True))[..., 0], GREYS[:count])
