"""Downloads: nothing is encoded before the button is pressed, and then the file holds what was shown."""

from io import BytesIO
from zipfile import ZipFile

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from engine import pictures
from pages.kit import downloads

FRAMES = np.random.default_rng(0).integers(0, 256, (5, 6, 7), np.uint8)


@pytest.fixture
def pressed(monkeypatch):
    """What a pressed button makes: `pressed(gif_button, "Film", frames, "film")` is a name, a type, a file."""

    def press(button, *arguments, **options):
        given = []
        monkeypatch.setattr(st, "download_button", lambda *received, **_: given.append(received))
        button(*arguments, **options)
        _, make, name, mime = given[0]
        return name, mime, BytesIO(make())

    return press


def test_a_png_enlarges_every_pixel(pressed):
    name, mime, file = pressed(downloads.png_button, "PNG", FRAMES[0], "frame", factor=3)
    assert (name, mime) == ("frame.png", "image/png")
    assert np.array_equal(np.asarray(Image.open(file)), pictures.enlarge(FRAMES[0], 3))


def test_a_gif_plays_every_frame_forth_and_back(pressed):
    name, mime, file = pressed(downloads.gif_button, "Film", FRAMES, "film")
    film = Image.open(file)
    assert (name, mime, film.n_frames) == ("film.gif", "image/gif", 8)
    film.seek(4)
    assert np.array_equal(np.asarray(film.convert("L"))[::8, ::8], FRAMES[4])


def test_an_archive_holds_the_arrays(pressed):
    name, _, file = pressed(downloads.npz_button, "NPZ", "codes", z=FRAMES[0], picture=FRAMES[1])
    archive = np.load(file)
    assert name == "codes.npz"
    assert set(archive) == {"z", "picture"}
    assert np.array_equal(archive["z"], FRAMES[0]) and np.array_equal(archive["picture"], FRAMES[1])


def test_a_png_is_made_by_a_function_and_transparency_stays(pressed):
    clear = np.dstack([FRAMES[:3].transpose(1, 2, 0), FRAMES[3]])
    _, _, file = pressed(downloads.png_button, "PNG", lambda: clear, "cut", factor=1)
    assert np.array_equal(np.asarray(Image.open(file)), clear)


def test_a_zip_holds_every_picture_under_its_name(pressed):
    name, mime, file = pressed(downloads.zip_button, "ZIP", lambda: {"a": FRAMES[0], "b": FRAMES[1]}, "both")
    folder = ZipFile(file)
    assert (name, mime, folder.namelist()) == ("both.zip", "application/zip", ["a.png", "b.png"])
    assert np.array_equal(np.asarray(Image.open(folder.open("b.png"))), FRAMES[1])


@pytest.mark.parametrize("encoder", ["to_png", "to_gif"])
def test_nothing_is_encoded_before_a_button_is_pressed(monkeypatch, encoder):
    encoded = []
    monkeypatch.setattr(pictures, encoder, lambda *_: encoded.append(encoder))
    monkeypatch.setattr(st, "download_button", lambda *_, **__: None)
    downloads.png_button("PNG", FRAMES[0], "frame")
    downloads.gif_button("Film", FRAMES, "film")
    assert not encoded
