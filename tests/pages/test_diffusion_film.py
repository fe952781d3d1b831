"""What the diffusion film sends to the browser: every picture where the script looks for it, and no film that lies."""

import io
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pages.components import assets
from pages.components.diffusion_film import SECONDS, Film, diffusion_film

FRAMES, PICTURES, HEIGHT, WIDTH = 7, 5, 6, 9


def film_of(*channels: int, seed: int = 0) -> Film:
    """A film of noise, with the linear schedule ᾱ = 1 − t / 60."""
    rng = np.random.default_rng(seed)
    shape = (FRAMES, PICTURES, HEIGHT, WIDTH, *channels)
    x_t, x0_hat, eps_hat = (rng.integers(0, 256, shape, np.uint8) for _ in range(3))
    t = np.arange(60, -1, -10)
    return Film(t, x_t, x0_hat, eps_hat, 1 - t / 60, rng.random((FRAMES, 2)), tuple("abcde"))


@pytest.fixture
def sent(monkeypatch):
    """Mounts a film and returns what went to the browser: its header, and its sheet as an array."""
    payloads = []
    monkeypatch.setattr(assets, "component", lambda *_: lambda *, key, data: payloads.append(data))

    def mount(film: Film) -> tuple[dict, np.ndarray]:
        diffusion_film(key="film", film=film)
        data = payloads.pop()
        (length,) = struct.unpack_from("<I", data)
        return json.loads(data[4 : 4 + length]), np.asarray(Image.open(io.BytesIO(data[4 + length :])))

    return mount


def cell(header: dict, sheet: np.ndarray, view: int, frame: int, picture: int) -> np.ndarray:
    """The picture that `Reel.draw` in reel.js cuts out of the sheet."""
    index = (view * header["count"] + frame) * header["pictures"] + picture
    row, column = divmod(index, header["columns"])
    height, width = header["height"], header["width"]
    return sheet[row * height : (row + 1) * height, column * width : (column + 1) * width]


@pytest.mark.parametrize("channels", [(), (3,)])
def test_every_picture_lies_where_the_script_cuts_it_out(sent, channels):
    film = film_of(*channels)
    header, sheet = sent(film)
    for view, pictures in enumerate((film.x_t, film.x0_hat, film.eps_hat)):
        for frame in range(FRAMES):
            for picture in range(PICTURES):
                np.testing.assert_array_equal(cell(header, sheet, view, frame, picture), pictures[frame, picture])


def test_a_run_plays_equally_long_however_many_steps_it_took(sent):
    header, _ = sent(film_of())
    assert (header["count"] - 1) / header["fps"] == pytest.approx(SECONDS)


def test_a_digest_changes_with_the_pictures_and_only_then(sent):
    film = film_of()
    one, again, other = (sent(each)[0]["digest"] for each in (film, film_of(), film_of(seed=1)))
    assert one == again != other
    assert sent(replace(film, eps_hat=film.eps_hat[::-1]))[0]["digest"] != one


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("x_t", np.zeros((FRAMES, HEIGHT, WIDTH), np.uint8), r"x_t is \(T, N, H, W\)"),
        ("x_t", np.zeros((FRAMES, PICTURES, HEIGHT, WIDTH, 4), np.uint8), r"x_t is \(T, N, H, W\)"),
        ("x_t", np.zeros((FRAMES, PICTURES, HEIGHT, WIDTH)), "x_t is to be uint8"),
        ("x0_hat", np.zeros((FRAMES, PICTURES, HEIGHT, WIDTH + 1), np.uint8), "x0_hat is to be uint8"),
        ("eps_hat", np.zeros((FRAMES - 1, PICTURES, HEIGHT, WIDTH), np.uint8), "eps_hat is to be uint8"),
        ("t", np.arange(FRAMES), "t is to fall"),
        ("t", np.arange(FRAMES + 1)[::-1], r"t is to be \(7,\)"),
        ("alpha_bar", np.zeros((FRAMES, 1)), r"alpha_bar is to be \(7,\)"),
        ("distance", np.zeros(FRAMES), r"distance is to be \(7, 2\)"),
        ("captions", ("a", "b"), "5 pictures want as many captions"),
    ],
)
def test_a_film_whose_parts_do_not_fit_says_which(part, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(film_of(), **{part: value})


def test_more_pictures_than_a_view_can_show_are_refused():
    many = np.zeros((1, 33, 2, 2), np.uint8)
    with pytest.raises(ValueError, match="at most 32"):
        Film(np.zeros(1, int), many, many, many, np.ones(1), np.zeros((1, 2)))


def test_the_film_of_a_halted_run_ends_above_zero(sent):
    sent(replace(film_of(), t=np.arange(FRAMES, 0, -1)))
