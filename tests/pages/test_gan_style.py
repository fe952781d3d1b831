"""/gans, Style, under AppTest: what opens, what is sent to the planes, and what is said while weights are missing."""

import json

import numpy as np
import pytest

from engine import cards, client
from engine.gans import mapping_toy
from engine.latents import prior_samples
from pages.gan_exhibits import style_grid, style_mapping, style_truncation, style_walk
from pages.gan_exhibits.pictures_models import latents
from pages.gan_exhibits.style_models import mean_of, painted, styles_of

PAGE = "gans.py"
PICTURES = ("Z against W", "Truncation", "Style mixing")
TOY = "Why a mapping network"
STYLE = "gan-style-mnist"
needs_toy = pytest.mark.skipif("mapping-toys" not in cards.names(), reason="mapping-toys is not published")
needs_style = pytest.mark.skipif(STYLE not in cards.names(), reason=f"{STYLE} is not published")


def open_view(visit, view: str, **parameters: str):
    """The exhibit with a view, healthy."""
    app = visit(PAGE, exhibit="Style", **{"style-view": view}, **parameters)
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def planes(app) -> tuple[dict, dict[str, np.ndarray]]:
    """What the three planes were sent: header and arrays."""
    block = next(block.proto.bytes for block in app.get("bidi_component") if b"withMapping" in block.proto.bytes)
    end = 4 + int.from_bytes(block[:4], "little")
    header, floats = json.loads(block[4:end]), np.frombuffer(block[end:], "<f4")
    sizes = [int(np.prod(shape)) for shape in header["shapes"].values()]
    parts = np.split(floats, np.cumsum(sizes)[:-1])
    return header, {
        name: part.reshape(shape) for (name, shape), part in zip(header["shapes"].items(), parts, strict=True)
    }


def texts(app) -> str:
    """Everything written on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.latex, app.info) for element in kind)


@needs_toy
def test_the_planes_get_what_the_engine_makes_of_the_grid(visit):
    header, arrays = planes(open_view(visit, TOY))
    side, reach = header["shapes"]["w"][0], header["reach"]
    corner = np.array([[-reach, -reach], [reach, -reach], [-reach, reach]], np.float32)
    went = client.engine().call("mapping-toys", "warp", z=corner)
    for name in ("w", "mapped", "direct"):
        found = arrays[name][[0, 0, side - 1], [0, side - 1, 0]]
        np.testing.assert_allclose(found, went[name], atol=1e-4)
    x0, x1, y0, y1 = header["window"]
    painted_there = client.engine().call("mapping-toys", "paint_plane", w=np.array([[x0, y0], [x1, y1]], np.float32))
    np.testing.assert_allclose(arrays["painted"][[0, -1], [0, -1]], painted_there, atol=1e-3)
    assert header["withMapping"]


@needs_toy
def test_without_a_mapping_the_planes_are_told_so(visit):
    header, arrays = planes(open_view(visit, TOY, **{"style-toy": "Without"}))
    assert not header["withMapping"]
    np.testing.assert_allclose(arrays["samples"], prior_samples(700, 2, 7))


@needs_toy
def test_the_lesson_tells_what_is_measured(visit):
    app = open_view(visit, TOY, seed="11")
    written = texts(app)
    for row in style_mapping.measured(11):
        assert f"| {row.title} | {row.length:.2f} × |" in written
    without, _, in_w = style_mapping.measured(11)
    assert in_w.unevenness < without.unevenness and in_w.explained > without.explained
    assert f"= {mapping_toy.AREA / (2 * np.pi):.2f}" in written  # the change of variables in the middle


def test_the_area_of_a_map_is_its_determinant():
    z = style_mapping.square((-3.2, 3.2, -3.2, 3.2)).reshape(65, 65, 2)
    for radius in (0.0, 2.0):
        assert style_mapping.stretch(z @ np.array([[2, 1], [0, 0.5]]), radius) == pytest.approx(1, rel=1e-4)
        assert style_mapping.stretch(3 * z, radius) == pytest.approx(9, rel=1e-4)


@pytest.mark.parametrize("view", PICTURES)
def test_a_view_opens_finished_or_says_what_is_missing(visit, view):
    app = open_view(visit, view)
    if STYLE in cards.names():
        assert len(app.get("download_button")) >= 2
    else:
        assert f"make train NAME={STYLE}" in texts(app)


def test_nothing_published_is_a_sentence(visit, monkeypatch):
    genuine = cards.names
    gone = ("gan-style", "mapping")
    monkeypatch.setattr(cards, "names", lambda: [name for name in genuine() if not name.startswith(gone)])
    assert "make train NAME=mapping-toys" in texts(open_view(visit, TOY))
    assert f"make train NAME={STYLE}" in texts(open_view(visit, PICTURES[0]))


def test_junk_in_the_address_is_ignored(visit):
    junk = dict.fromkeys(("style-toy", "style-psi", "style-first", "style-noise", "seed", "seed-to", "data"), "?!")
    open_view(visit, "?!", **junk)


@needs_style
def test_both_walks_have_the_same_ends(visit):
    a, b = latents(STYLE, 2, 0)
    ways = style_walk.walked("mnist", STYLE, a, b)
    np.testing.assert_allclose(ways.pictures["Z"][[0, -1]], ways.pictures["W"][[0, -1]], atol=2e-2)
    for space in "ZW":
        assert ways.steps(space).sum() >= 1 - 1e-6  # no way is shorter than the straight one


@needs_style
def test_full_truncation_paints_one_picture_for_all(visit):
    w, mean = styles_of(STYLE, latents(STYLE, 4, 0)), mean_of(STYLE)
    strip = [painted(STYLE, style_truncation.pulled(one, mean)) for one in w]
    at_mean, alone = style_truncation.STRIP.index(0.0), style_truncation.STRIP.index(1.0)
    assert np.ptp([pictures[at_mean] for pictures in strip], axis=0).max() < 1e-3
    assert np.ptp([pictures[alone] for pictures in strip], axis=0).max() > 0.1


@needs_style
def test_a_style_mixed_with_itself_is_unmixed(visit):
    w = styles_of(STYLE, latents(STYLE, style_grid.COLUMNS, 3))
    pictures = style_grid.mixtures(STYLE, w[: style_grid.ROWS], w, 3, 0)
    diagonal = pictures.reshape(style_grid.ROWS, style_grid.COLUMNS, 28, 28)[range(6), range(6)]
    np.testing.assert_allclose(diagonal, painted(STYLE, w[:6]), atol=2e-2)
