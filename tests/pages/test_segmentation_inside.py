"""Microscope, History and Train now under AppTest over untrained networks, and the numbers that they show."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import cards
from engine.segmentation.borders import border_weights
from pages.components.border_bench import as_colours
from pages.segmentation_exhibits import history_borders, history_networks, history_upsampling, microscope_looks
from pages.segmentation_exhibits.horse import pasted_horse
from pages.segmentation_exhibits.microscope_place import Place, from_hand, from_text, settled
from pages.segmentation_exhibits.models import Seen
from pages.segmentation_exhibits.train_now_run import FRAMES, Training
from tests.pages.test_segmentation_photo import PAGE, bare_engine, healthy, png, publish

SHAPES = {"encoder0": (4, 32, 32), "decoder1": (6, 16, 16), "head": (2, 64, 64)}
TRIO = ("fcn-horses", "dilated-horses", "unet-horses")


@pytest.fixture(autouse=True)
def networks(tmp_path, monkeypatch):
    """Small networks of every kind in a folder of their own."""
    with bare_engine(tmp_path, monkeypatch):
        publish("unet-people", "people", [4, 6, 8])
        publish("unet-nuclei", "nuclei", [4, 6])
        publish("fcn-horses", "horses", [4, 6, 8], "fcn")
        publish("dilated-horses", "horses", [4, 6], "dilated", dilations=[1, 2])
        publish("unet-horses", "horses", [4, 6, 8])
        yield


def opened(visit, exhibit: str, **parameters: str) -> AppTest:
    app = visit(PAGE, exhibit=exhibit, **parameters)
    assert healthy(app)
    assert any("Try this" in block.value for block in app.markdown)
    assert app.code
    return app


@pytest.mark.parametrize("view", ["Three networks", "Up-sampling", "Border weights"])
def test_every_view_of_the_history_opens(visit, view):
    assert opened(visit, "History", history=view).latex


def test_the_history_compares_the_three_on_a_horse_that_is_known(visit):
    app = opened(visit, "History")
    table = next(block.value for block in app.markdown if "IoU on this picture" in block.value)
    assert "FCN" in table and "Dilated" in table and "U-Net" in table
    values = [float(cell) for cell in table.splitlines()[-1].split("|")[2:-1]]
    assert len(values) == 3
    assert all(0 <= value <= 1 for value in values)


def test_the_history_says_which_network_is_missing(visit):
    shutil.rmtree(cards.PRETRAINED / "dilated-horses")
    app = opened(visit, "History")
    assert "dilated-horses" in app.info[0].value
    for name in cards.names():
        shutil.rmtree(cards.PRETRAINED / name)
    for exhibit in ("Microscope", "History"):
        app = visit(PAGE, exhibit=exhibit)
        assert healthy(app)
        assert "make train NAME=" in app.info[0].value


@pytest.mark.parametrize(
    ("network", "look"),
    [("U-Net, people", "decoder1"), ("U-Net, people", "head 1 5 6"), ("U-Net, nuclei", "bottleneck 0 0 0")],
)
def test_the_microscope_opens_at_any_block(visit, network, look):
    app = opened(visit, "Microscope", network=network, look=look)
    assert app.latex
    assert app.text_input(key="look").value == look


@pytest.mark.parametrize("look", ["attic 3", "decoder1 1 -4 2"])
def test_nonsense_in_the_address_of_the_microscope_is_left_out(visit, look):
    assert "of decoder1 depends on" in opened(visit, "Microscope", look=look).caption[1].value


def test_a_picture_with_nothing_in_it_and_one_of_a_few_pixels_go_under_the_microscope(visit):
    for shape in ((4, 4, 3), (16, 160, 3)):
        app = visit(PAGE, exhibit="Microscope", picture="Your own")
        file = ("small.png", png(np.full(shape, 90, np.uint8)), "image/png")
        app.file_uploader(key="segmentation-files").upload(*file[:2]).run()
        assert healthy(app)


def test_cells_are_counted_and_gaps_weighed(visit):
    app = opened(visit, "History", history="Border weights", border="0; 5")
    assert app.text_input(key="border").value == "0; 5"
    assert any("12 cells become" in block.value for block in app.markdown)
    app = opened(visit, "History", history="Border weights", border="99; 0", cells="Drawn scene")
    assert "{10}" in app.latex[0].value and "{5}^2" in app.latex[0].value
    app = visit(PAGE, exhibit="History", history="Border weights", cells="Nuclei in a picture")
    assert healthy(app)
    assert app.selectbox(key="cells").value == "nuclei"


def test_a_training_is_watched_and_then_shared(visit):
    settings = {"train-steps": "10", "train-width": "4", "train-depth": "1"}
    app = opened(visit, "Train now", **settings)
    training = app.session_state["train-masks"]
    assert training.record.step == 10
    assert len(training.history) == 2
    other = opened(visit, "Train now", **settings)
    assert "train-masks" not in other.session_state
    other.toggle(key="train-skips").set_value(False)
    other.button(key="train-again").click().run()
    assert healthy(other)
    assert other.session_state["train-masks"].history != training.history


# --- numbers


def test_a_place_survives_the_way_through_the_address():
    for place in (Place("decoder1"), Place("decoder1", 5), Place("decoder1", 5, 15, 0)):
        assert from_text(place.text, SHAPES) == place
        assert from_hand(vars(place), SHAPES) == place


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (None, Place("decoder1")),
        ([], Place("decoder1")),
        ({"block": "attic"}, Place("decoder1")),
        ({"block": "head", "channel": 2, "row": 1, "column": 1}, Place("head")),
        ({"block": "head", "channel": 1, "row": 64, "column": 1}, Place("head", 1)),
        ({"block": "head", "channel": "1e9", "row": [], "column": {}}, Place("head")),
        ({"block": "head", "channel": None, "row": 1, "column": 2}, Place("head")),
    ],
)
def test_what_a_hand_sends_is_looked_at_first(edit, place):
    assert from_hand(edit, SHAPES) == place


def test_what_is_left_open_is_the_map_that_varies_most_and_its_largest_value():
    maps = np.zeros((3, 4, 5), np.float16)
    maps[1, 2, 3], maps[2, 0, 1] = 5, 4
    assert settled(Place("head"), maps) == Place("head", 1, 2, 3)
    assert settled(Place("head", 2), maps) == Place("head", 2, 0, 1)
    assert settled(Place("head", 0, 3, 4), maps) == Place("head", 0, 3, 4)


def test_greys_give_the_values_back():
    maps = np.random.default_rng(0).normal(size=(3, 6, 7)).astype(np.float16)
    greys, low, high = microscope_looks.levelled(maps)
    back = [a + (b - a) * grey / 255.0 for grey, a, b in zip(greys, low, high, strict=True)]
    np.testing.assert_allclose(back, maps, atol=0.02)
    assert not microscope_looks.levelled(np.full((1, 2, 2), 3, np.float16))[0].any()


def test_a_constant_stays_one_unless_stamps_meet_unevenly():
    uneven = {
        way: history_upsampling.unevenness(history_upsampling.doublings(way, "ones", 0)[-1])
        for way in history_upsampling.WAYS
    }
    assert uneven.pop("Transposed, 3 × 3") > 0.3
    assert max(uneven.values()) == pytest.approx(0)
    for way in history_upsampling.WAYS:
        doubled = history_upsampling.doublings(way, "random", 1)
        assert [len(y) for y in doubled] == [24, 48, 96]
        assert history_upsampling.middle(doubled[-1]).mean() == pytest.approx(1, rel=0.15)
        learned = history_upsampling.unevenness(doubled[-1])
        assert learned > 0.02 if way.startswith("Transposed") else learned == pytest.approx(0)


def test_a_checkerboard_lies_within_blocks_and_a_slope_does_not():
    rows, columns = np.mgrid[:64, :64]
    within = history_upsampling.blockwise(np.stack([(rows + columns) % 2, rows, rows // 2 % 2]).astype(np.float32))
    assert within[0] == pytest.approx(1)
    assert within[1] < 0.01
    assert within[2] == pytest.approx(0)


def test_gaps_cost_the_plain_loss_little_and_the_weighted_one_much():
    cells = np.zeros((60, 60), np.int32)
    cells[10:50, 10:29], cells[10:50, 31:50] = 1, 2
    found = history_borders.gaps(cells, border_weights(cells))
    assert (found.cells, found.merged) == (2, 1)
    assert found.plain == pytest.approx(80 / 3600, abs=0.005)
    assert found.weighted > 5 * found.plain
    without = history_borders.gaps(cells, border_weights(cells, w0=0))
    assert without.weighted == pytest.approx(without.plain)


def test_distances_survive_the_way_through_a_picture():
    distance = np.array([[0.0, 1.5, 12.257], [254.9, 300.0, np.inf]])
    colours = as_colours(distance).astype(float)
    np.testing.assert_allclose(colours[..., 0] + colours[..., 1] / 256, np.minimum(distance, 255), atol=1 / 512)


def test_the_pasted_horse_is_where_its_mask_says():
    chosen, truth = pasted_horse()
    assert 0.2 < truth.mean() < 0.5
    red, green = (chosen.picture[..., i].astype(int) for i in (0, 1))
    assert (red - green)[truth].mean() > 20 > (red - green)[~truth].mean()
    perfect = Seen(truth.astype(np.uint8), np.zeros((2, 1, 1), np.uint8))
    assert history_networks.here_iou(perfect, truth) == 1
    assert history_networks.here_iou(Seen(1 - truth.astype(np.uint8), perfect.probabilities), truth) == 0


def test_a_long_film_is_thinned_and_keeps_its_ends():
    training = Training(())
    for step in range(5 * FRAMES):
        masks = np.full((8, 2, 2), step % 256, np.uint8)
        training.take(SimpleNamespace(history=[{"step": step}], masks=masks, step=step, miou=0.5))
    steps = [step for step, _ in training.marks]
    assert len(training.frames) == len(steps) <= FRAMES
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, 5 * FRAMES - 1)
    assert len(training.history) == 5 * FRAMES
