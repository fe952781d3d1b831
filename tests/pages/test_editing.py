"""/editing under AppTest and room by room: every deed on every mask, damage that can be measured, holes that stay."""

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from engine import cards
from engine.editing.strokes import Stroke
from engine.images import open_upload
from pages.components.mask_brush import unpacked
from pages.editing_exhibits import fill, photo, restore, sdedit
from pages.editing_exhibits.damage import Damage, damaged, psnr
from pages.editing_exhibits.deeds import AT_ONCE, removed
from pages.editing_exhibits.photos import FULL, Photo
from pages.editing_exhibits.restoring import PATIENCE, Restoring, records
from pages.editing_exhibits.sdedit_view import only
from pages.editing_exhibits.small_pictures import Small
from pages.segmentation_exhibits.pictures import sample

PAGE = Path(__file__).resolve().parents[2] / "pages" / "editing.py"
WHOLE = np.asarray(Image.fromarray(sample("cat").picture).resize((48, 32)))
SCRATCH = (Stroke(False, 0.1, ((0.2, 0.5), (0.7, 0.5))),)
needs_painters = pytest.mark.skipif(
    not {"ddpm-mnist", "judge-mnist", "prior-mnist", "vqvae-mnist"} <= set(cards.names()), reason="not published"
)


def opened(**parameters: str) -> AppTest:
    """The page alone, at an exhibit's link."""
    app = AppTest.from_file(PAGE, default_timeout=300)
    for name, value in parameters.items():
        app.query_params[name.replace("_", "-")] = value
    return app.run()


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error and any("Try this" in block.value for block in app.markdown)


# your photo


@pytest.mark.parametrize("deed", ["Cut out", "Blur behind", "New background", "Recolour", "Remove"])
def test_every_deed_opens_and_offers_its_file(deed):
    app = opened(exhibit="Your photo", edit=deed)
    assert healthy(app) and app.code
    assert "PNG at full size" in [button.proto.label for button in app.get("download_button")]


def test_without_a_network_the_hand_alone_makes_the_mask(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path)
    app = opened(exhibit="Your photo")
    assert healthy(app)
    assert any("The mask is empty" in caption.value for caption in app.caption)


def test_twelve_megapixels_are_kept_upright_and_without_metadata():
    exif, file = Image.Exif(), BytesIO()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    Image.fromarray(WHOLE).resize((4032, 3024)).save(file, "JPEG", exif=exif)
    image = open_upload(file.getvalue(), FULL)
    assert image.size == (3024, 4032) and not image.getexif() and not image.info
    assert max(Photo.of("mine", np.asarray(image)).small.picture.shape) <= 1200


def test_strokes_are_put_onto_the_mask_at_the_photos_own_size():
    base = np.zeros((30, 40), np.uint8)
    base[:, :20] = 255
    mask = photo.full_mask(base, (Stroke(True, 0.1, ((0.25, 0.5),)), Stroke(False, 0.1, ((0.75, 0.5),))), (300, 400))
    assert mask.shape == (300, 400)
    assert mask[20, 100] == 255 and mask[20, 300] == 0
    assert mask[150, 100] == 0 and mask[150, 300] == 255


def test_what_a_browser_sends_becomes_strokes_and_nonsense_is_left_out():
    good = {"erase": False, "width": 0.1, "points": [0.1, 0.2, 0.3, 9e9]}
    bad = [{}, None, good | {"width": 7}, good | {"points": [1]}, good | {"points": ["x", 1]},
           good | {"points": [0.1, float("nan")]}]  # fmt: skip
    assert unpacked([*bad, good]) == (Stroke(False, 0.1, ((0.1, 0.2), (0.3, 2.0))),)
    assert unpacked("strokes") == unpacked(None) == ()
    assert len(unpacked([good] * 5000)) <= 400
    assert not unpacked([good | {"points": [0.5, 0.5] * 50_000}])


@pytest.mark.parametrize("side", [40, 400])
def test_a_removed_thing_leaves_everything_else_and_a_slope_goes_on(side):
    row = np.linspace(20, 220, 700).round().astype(np.uint8)
    slope = np.repeat(np.repeat(row[None, :, None], 600, 0), 3, 2)
    marked = np.zeros((600, 700), np.uint8)
    marked[100 : 100 + side, 150 : 150 + side] = 255
    spoilt = np.where(marked[..., None] > 0, np.uint8(255), slope)
    mended = removed(spoilt, marked)
    assert (side**2 > AT_ONCE) == (side == 400)
    assert np.array_equal(mended[marked == 0], slope[marked == 0])
    assert np.abs(mended.astype(int) - slope).max() <= 15  # whole grey levels at the edge are all that it goes by


def test_nothing_marked_changes_nothing_and_everything_marked_says_so():
    assert np.array_equal(removed(WHOLE, np.zeros(WHOLE.shape[:2], np.uint8)), WHOLE)
    with pytest.raises(ValueError, match="leave some"):
        removed(WHOLE, np.full(WHOLE.shape[:2], 255, np.uint8))
    with pytest.raises(ValueError, match="leave some"):
        removed(np.zeros((200, 200, 3), np.uint8), np.full((200, 200), 255, np.uint8))


# restore


@pytest.mark.parametrize("task", ["Denoise", "Inpaint", "Enlarge"])
def test_restore_opens_on_the_damage_and_the_baseline(task):
    app = opened(exhibit="Restore", task=task)
    assert healthy(app)
    assert any("The baseline reaches" in block.value for block in app.markdown)


def test_noise_has_the_spread_that_was_asked_for_and_the_baseline_takes_some_away():
    grey = np.full((64, 64, 3), 128, np.uint8)
    hurt = damaged(Damage("denoise", 20), grey)
    assert (hurt.photo.astype(float) - grey).std() == pytest.approx(20, rel=0.05)
    assert psnr(hurt.baseline, grey) > psnr(hurt.photo, grey) + 5
    assert damaged(Damage("denoise", 0), grey).truth is None


def test_a_hole_hides_what_it_covers_and_the_baseline_keeps_the_rest():
    hurt = damaged(Damage("inpaint", strokes=SCRATCH), WHOLE)
    assert 0 < (~hurt.keep).mean() < 0.3
    assert (hurt.photo[~hurt.keep] == 0).all() and np.array_equal(hurt.baseline[hurt.keep], WHOLE[hurt.keep])
    with pytest.raises(ValueError, match="Nothing is marked"):
        damaged(Damage("inpaint"), WHOLE)
    with pytest.raises(ValueError, match="Too little"):
        damaged(Damage("inpaint", strokes=(Stroke(False, 1.0, ((0.5, 0.5),)),)), WHOLE)


def test_shrinking_fits_the_factor_whatever_the_size():
    hurt = damaged(Damage("enlarge", 4), WHOLE[:31, :45])
    assert hurt.photo.shape == (7, 11, 3) and hurt.baseline.shape == hurt.truth.shape == (28, 44, 3)
    assert psnr(hurt.truth, hurt.truth) == float("inf")


@pytest.mark.parametrize("damage", [Damage("denoise", 20), Damage("inpaint", strokes=SCRATCH), Damage("enlarge", 2)])
def test_the_engine_restores_every_damage(damage):
    settings = (damage, "cat", 0)
    hurt, restoring = damaged(damage, WHOLE), Restoring(settings)
    for record in records(settings, hurt, 4):
        restoring.take(record)
    assert restoring.picture.shape == hurt.baseline.shape and restoring.record.step == 4
    assert [line["step"] for line in restoring.history] == [1, 2, 3, 4]
    assert not restoring.found


def test_a_run_ends_itself_only_long_after_its_best_moment_and_its_film_stays_short():
    restoring, picture = Restoring((Damage("denoise"), "", 0)), np.zeros((2, 2, 3), np.uint8)

    def record(step: int, best: int, restless: float) -> SimpleNamespace:
        line = {"step": step, "misfit": 0.1, "restless": restless}
        return SimpleNamespace(step=step, steps=999, picture=picture, best=picture, best_step=best, history=[line])

    restoring.take(record(300, 1, float("inf")))
    assert not restoring.is_past_best
    restoring.take(record(310, 305, 0.2))
    assert restoring.found and not restoring.is_past_best
    restoring.take(record(305 + PATIENCE, 305, 0.3))
    assert restoring.is_past_best
    for step in range(600, 999):
        restoring.take(record(step, 305, 0.3))
    assert len(restoring.frames) == len(restoring.steps) <= 80 and restoring.steps[-1] == 998


def test_stop_keeps_what_there_is(monkeypatch):
    monkeypatch.setattr(restore, "SIDES", (32, 128))
    app = opened(exhibit="Restore", restore_steps="100", restore_side="32")
    button = next(each for each in app.button if "Restore it" in each.label)
    button.click().run()
    assert healthy(app)
    kept = app.session_state[restore.KEPT]
    assert kept.record.step == 100 and len(kept.history) == 100
    assert any("the highest on the way" in block.value for block in app.markdown)


# noise over small pictures


@needs_painters
@pytest.mark.parametrize("exhibit", ["SDEdit", "Fill a hole"])
def test_digits_are_painted_over(exhibit):
    app = opened(exhibit=exhibit, sdedit_steps="5", fill_steps="5", rounds="1", forget="true")
    assert healthy(app)
    assert any("away from yours" in block.value or "The hole has" in block.value for block in app.markdown)


@needs_painters
def test_a_little_noise_keeps_the_picture_and_strength_one_forgets_it():
    digit = np.zeros((28, 28), np.float32)
    digit[5:23, 12:16] = 1
    sources = (digit, np.ascontiguousarray(digit.T))
    asked = [sdedit.Request(Small("mnist", 1, 3, source), (0.1, 1.0), 5, 1.0) for source in sources]
    made = [[only(each.picture) for each in sdedit.varied(request, st.empty())] for request in asked]
    little = [np.abs(each[0] - request.small.picture).mean() for each, request in zip(made, asked, strict=True)]
    assert max(little) < 0.1
    assert np.abs(made[0][1] - made[1][1]).mean() < 0.5 * np.abs(digit - digit.T).mean()


def test_no_hole_asks_for_one(monkeypatch):
    monkeypatch.setattr(fill, "HOLE", ())
    app = opened(exhibit="Fill a hole")
    assert healthy(app)
    assert "Nothing is marked" in app.info[0].value
