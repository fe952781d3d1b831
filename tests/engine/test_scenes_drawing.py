"""Shapes, pictures and masks."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from engine.scenes import CLASSES, Background, Scene, Thing, draw, scene
from engine.scenes.drawing import NUMBERS, stamp, touched
from engine.scenes.shapes import SHAPES
from engine.scenes.textures import pattern
from engine.scenes.truth import BACKGROUNDS, COLOURS, TEXTURES

PLAIN = Background("white", "plain", 0.0)


def thing(shape: str = "circle", x: float = 0.5, y: float = 0.5, **others) -> Thing:
    usual = {"colour": "red", "size": "large", "texture": "plain", "radius": 0.2, "turn": 0.0}
    return Thing(shape=shape, x=x, y=y, **usual | others)


def lens(r: float, s: float, d: float) -> float:
    """The area common to two discs of radii r and s, d apart."""
    a, b = (np.arccos((d * d + p * p - q * q) / (2 * d * p)) for p, q in ((r, s), (s, r)))
    kite = np.sqrt((-d + r + s) * (d + r - s) * (d - r + s) * (d + r + s))
    return r * r * a + s * s * b - kite / 2


AREAS = {
    "circle": np.pi * 0.88**2,
    "square": 1.4**2,
    "triangle": 3 * np.sqrt(3) / 4,
    "star": 5 * 0.46 * np.sin(np.pi / 5),
    "ring": np.pi * (0.9**2 - 0.44**2),
    "cross": 2 * 1.84 * 0.6 - 0.6**2,
    "heart": (0.5 + np.pi / 8) / 0.67**2,
    "moon": np.pi * 0.95**2 - lens(0.95, 0.75, np.hypot(0.45, 0.15)),
}
"""In units of the disc, from the formulas of the figures."""


@pytest.fixture(scope="module")
def plane():
    """A fine grid over the disc and around it, and its step."""
    across = np.linspace(-1.2, 1.2, 961)
    return *np.meshgrid(across, across), across[1] - across[0]


# shapes


@pytest.mark.parametrize("shape", SHAPES)
def test_the_inside_of_a_shape_has_its_area_and_lies_in_the_disc(plane, shape):
    x, y, step = plane
    inside = SHAPES[shape](x, y) < 0
    assert inside.sum() * step**2 == pytest.approx(AREAS[shape], rel=5e-3)
    assert np.hypot(x, y)[inside].max() <= 1.001


@pytest.mark.parametrize("shape", SHAPES)
def test_distances_grow_by_one_a_unit_at_the_edge(plane, shape):
    """|∇d| = 1 but for the few places next to corners."""
    x, y, step = plane
    distance = SHAPES[shape](x, y)
    slope = np.hypot(*np.gradient(distance, step))[np.abs(distance) < 0.06]
    assert np.quantile(np.abs(slope - 1), 0.97) < 0.02


# pictures


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [32, 64, 150])
def test_cover_and_mask_have_the_area_of_the_shape(shape, size):
    """Averaged over places between the pixels; corners of thin points lose a little of what they should cover."""
    rng = np.random.default_rng(0)
    covers, masks = [], []
    for x, y, turn in rng.uniform(-0.1, 0.1, (12, 3)):
        one = thing(shape, 0.5 + x, 0.5 + y, turn=2 * turn)
        covers.append(stamp(one, size).cover.sum())
        masks.append((draw(Scene((one,), PLAIN), size).classes > 0).sum())
    area = AREAS[shape] * (0.2 * size) ** 2
    assert np.mean(covers) == pytest.approx(area, rel=0.03 * 32 / size)
    assert np.mean(masks) == pytest.approx(area, rel=0.08 * 32 / size)


def test_the_mask_of_a_circle_has_the_area_pi_r_squared():
    mask = draw(Scene((thing("circle", radius=0.4),), PLAIN), 256).classes
    assert (mask == NUMBERS["circle"]).sum() == pytest.approx(np.pi * (0.88 * 0.4 * 256) ** 2, rel=2e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_only_pixels_at_the_edge_are_covered_in_part(shape):
    one, size = thing(shape, 0.43, 0.52, turn=0.2), 64
    cover = stamp(one, size).cover
    assert cover.min() == 0 and cover.max() == 1
    partly = ((cover > 0) & (cover < 1)).sum()
    inside = draw(Scene((one,), PLAIN), size).classes > 0
    edge = sum((inside != np.roll(inside, 1, axis)).sum() for axis in (0, 1))
    assert 0.4 * edge < partly < 1.5 * edge


@pytest.mark.parametrize("size", [16, 64, 100])
def test_masks_agree_with_each_other_and_with_the_scene(size):
    for one in (scene(1, n) for n in range(60)):
        drawn = draw(one, size)
        numbers = np.array([0] + [CLASSES.index(thing.shape) for thing in one.things])
        assert np.array_equal(drawn.classes, numbers[drawn.instances])
        assert set(np.unique(drawn.instances)) <= set(range(len(one.things) + 1))


def test_every_thing_is_seen_nearly_whole():
    shares = []
    for one in (scene(2, n) for n in range(300)):
        instances = draw(one).instances
        for number, thing in enumerate(one.things, 1):
            alone = (stamp(thing, 64).cover >= 0.5).sum()
            shares.append((instances == number).sum() / alone)
    assert min(shares) > 0.7
    assert np.mean(shares) > 0.985


@pytest.mark.parametrize("colour", COLOURS)
def test_a_plain_thing_shows_its_colour_inside_its_mask(colour):
    drawn = draw(Scene((thing("circle", colour=colour),), PLAIN), 64)
    rgb = np.array([int(COLOURS[colour][i : i + 2], 16) for i in (1, 3, 5)])
    shown = drawn.image[:, core(drawn.instances == 1)] / np.maximum(rgb, 1)[:, None]
    bright = rgb > 60
    assert (shown[bright] > 0.86).all() and (shown[bright] < 1.02).all()


def core(mask: np.ndarray) -> np.ndarray:
    """A mask without its outermost pixels."""
    return mask & np.roll(mask, 1, 0) & np.roll(mask, -1, 0) & np.roll(mask, 1, 1) & np.roll(mask, -1, 1)


def test_the_later_thing_hides_the_earlier():
    below, above = thing("square", colour="blue"), thing("circle", radius=0.1)
    both = draw(Scene((below, above), PLAIN))
    assert both.instances[32, 32] == 2
    assert both.instances[24, 24] == 1
    alone = draw(Scene((above,), PLAIN))
    covered = core(alone.instances == 1)
    assert np.array_equal(both.image[:, covered], alone.image[:, covered])


def test_a_thing_touches_no_pixel_beyond_its_stamp():
    for n in range(40):
        one = scene(3, n)
        without = replace(one, things=one.things[:-1])
        differ = (draw(one).image != draw(without).image).any(0)
        assert not (differ & ~touched(one.things[-1], 64)).any()
        assert differ.sum() > 20


def test_things_beyond_the_edge_are_cut_off():
    for x, y in product((-0.5, 0.0, 1.0, 1.5), repeat=2):
        drawn = draw(Scene((thing("circle", x, y),), PLAIN))
        inside = x in (0, 1) and y in (0, 1)
        quarter = np.pi * (0.88 * 0.2 * 64) ** 2 / 4
        assert (drawn.classes > 0).sum() == (pytest.approx(quarter, rel=0.06) if inside else 0)


def test_larger_pictures_show_the_same_scene():
    for one in (scene(4, n) for n in range(20)):
        small, large = draw(one, 32).image, draw(one, 128).image
        averaged = large.reshape(3, 32, 4, 32, 4).mean((2, 4))
        assert np.abs(averaged - small).mean() < 6


# textures


@pytest.mark.parametrize("texture", [texture for texture in TEXTURES if texture != "plain"])
def test_textures_repeat_and_stay_between_their_two_tones(texture):
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 20_000))
    tone = pattern(texture, x, y, 20.0)
    assert tone.min() == 0 and tone.max() == 1
    shift = 2**0.5 / 2 if texture == "striped" else 1.0
    assert pattern(texture, x + shift, y + shift, 20.0) == pytest.approx(tone, abs=1e-6)
    share = np.pi * 0.3**2 if texture == "dotted" else 0.5
    assert tone.mean() == pytest.approx(share, abs=0.02)


def test_an_unknown_texture_is_refused():
    with pytest.raises(ValueError, match="no texture 'woolly'"):
        pattern("woolly", np.zeros(1), np.zeros(1), 6.0)


# the palette, for all eyes

EYES = {
    "all cones": np.eye(3),
    "no red cones": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green cones": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}
"""What linear red, green and blue look like to dichromats: Machado, Oliveira and Fernandes 2009, severity 1."""


def lab(colour: str, eyes: str) -> np.ndarray:
    """CIE L*a*b* of an sRGB colour "#RRGGBB" as these eyes see it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eyes] @ linear, 0, 1)
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ seen
    f = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 0.008856))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eyes", EYES)
def test_colours_are_told_apart_by_all_eyes(eyes):
    """A difference of 2.3 is just seen."""
    things, grounds = ([lab(colour, eyes) for colour in palette.values()] for palette in (COLOURS, BACKGROUNDS))
    assert min(np.linalg.norm(a - b) for a, b in combinations(things, 2)) > 18
    assert min(np.linalg.norm(a - b) for a, b in product(things, grounds)) > 10
    assert min(np.linalg.norm(a - b) for a, b in combinations(grounds, 2)) > 7
