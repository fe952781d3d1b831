"""/retrieval under AppTest: exhibits open finished, a search is the ranking of its vectors, and trouble is said."""

import json
import zipfile
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from engine import cards, client, scenes
from engine.clip import gallery as scene_gallery
from engine.clip import library
from engine.clip.library_encoders import Encoder
from engine.clip.queries import mixed
from engine.clip.store import Store
from pages.retrieval_exhibits import asking, folding, space_map, traps, uploads, why
from pages.retrieval_exhibits.galleries import Found, Gallery, Item

PAGE = "retrieval.py"
EXHIBITS = ("Search", "Zero-shot", "Matrix", "Map", "Why this match", "Break it")
MODEL = "clip-scenes"
needs_clip = pytest.mark.skipif(
    not {MODEL, "clip-flickr8k"} <= set(cards.names()), reason="the CLIP models are not published"
)


def open_exhibit(visit, exhibit: str, **parameters: str):
    """The exhibit, healthy."""
    app = visit(PAGE, exhibit=exhibit, **parameters)
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def mounted(app, mark: str) -> dict:
    """What the component whose data holds `mark` was sent."""
    found = [json.loads(block.proto.json) for block in app.get("bidi_component") if block.proto.json]
    return next(data for data in found if mark in data)


def tiles(app) -> list[str]:
    """The ids on the board, best first."""
    return [tile["id"] for tile in mounted(app, "tiles")["tiles"]]


def vectors() -> np.ndarray:
    return Encoder(MODEL).pictures(scene_gallery.pictures(Encoder(MODEL).side))


def jpeg(seed: int, side: int = 64) -> bytes:
    file = BytesIO()
    Image.fromarray(scenes.draw(scenes.scene(seed, 0), side).image.transpose(1, 2, 0)).save(file, "JPEG", quality=92)
    return file.getvalue()


@needs_clip
@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_every_exhibit_opens_finished(visit, exhibit):
    app = open_exhibit(visit, exhibit)
    assert app.get("bidi_component") or app.get("html") or app.get("plotly_chart")
    assert app.get("download_button") and app.latex


@needs_clip
def test_a_search_is_the_ranking_of_the_cosines(visit):
    app = open_exhibit(visit, "Search", **{"q-scenes": "a blue star", "fold": "false"})
    query = Encoder(MODEL).texts(["a blue star"])[0]
    best = np.argsort(-(vectors() @ query), kind="stable")[:24]
    found = tiles(app)
    assert len(found) == 24 and set(found[:20]) <= {str(i) for i in best}  # the card's vectors are float16


@needs_clip
def test_words_and_pictures_add_up(visit):
    app = open_exhibit(visit, "Search", **{"like": "12;-40", "minus": "red", "taken": "0.5", "fold": "false"})
    all_of_them, red = vectors(), Encoder(MODEL).texts(["red"])[0]
    query = mixed(np.stack([red, all_of_them[12], all_of_them[40]]), [-0.5, 1, -0.5])
    best = np.argsort(-(all_of_them @ query), kind="stable")[:24]
    assert set(tiles(app)[:20]) <= {str(i) for i in best}


@needs_clip
@pytest.mark.parametrize("text", ["", "word " * 10_000, "☃ <b>&</b> ' \" \\ {}", "ein roter Kreis"])
def test_strange_queries_are_answered(visit, text):
    app = open_exhibit(visit, "Search")
    app.text_input(key="q-scenes").set_value(text).run()
    assert not app.exception and not app.error
    assert len(tiles(app)) == 24


@needs_clip
def test_junk_in_the_address_is_ignored(visit):
    names = ("like", "taken", "shown", "fold", "source", "model-scenes", "plane", "how", "trap", "task", "pairs")
    for exhibit in EXHIBITS:
        open_exhibit(visit, exhibit, **dict.fromkeys(names, "?!;--1;0x"))


def test_no_model_is_a_sentence(visit, monkeypatch):
    genuine = cards.names
    monkeypatch.setattr(cards, "names", lambda: [name for name in genuine() if not name.startswith("clip")])
    app = visit(PAGE, exhibit="Search")
    assert not app.exception and "make train NAME=clip-scenes" in app.error[0].value


@needs_clip
def test_a_template_without_a_place_for_the_class_is_refused(visit):
    app = open_exhibit(visit, "Zero-shot")
    app.text_area(key="templates-pairs").set_value("a picture").run()
    assert "{}" in app.error[0].value and not app.exception


@needs_clip
def test_zero_shot_figures_are_those_of_the_classifier(visit):
    app = open_exhibit(visit, "Zero-shot", temperature="2")
    shown = next(metric for metric in app.metric if metric.label == "Right")
    from pages.retrieval_exhibits.bench_pictures import drawn

    bench = drawn("pairs", Encoder(MODEL))
    prompts = [f"{template}" for template in app.text_area(key="templates-pairs").value.splitlines()]
    weights = np.stack(
        [Encoder(MODEL).texts([prompt.replace("{}", name) for prompt in prompts]).mean(0) for name in bench.classes]
    )
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    read = np.array(bench.classes)[(bench.vectors @ weights.T).argmax(1)]
    assert abs(float(shown.value.strip("%")) / 100 - (read == bench.truth).mean()) <= 0.011


@needs_clip
def test_the_matrix_gets_the_cosines_and_the_learned_temperature(visit):
    data = mounted(open_exhibit(visit, "Matrix", pairs="6"), "similarities")
    assert np.shape(data["similarities"]) == (6, 6) == (len(data["texts"]), len(data["pictures"]))
    side = cards.read(MODEL).config["side"]
    dummy = np.zeros((1, side, side, 3), np.uint8)
    learned = client.engine().call(MODEL, "pairs", pictures=dummy, texts=["a circle"])["logit_scale"]
    assert data["logit_scale"] == pytest.approx(float(learned), rel=2e-3)


# a person's own pictures


def gallery(pictures: list[bytes]) -> Gallery:
    items = [Item(str(i), f"picture {i}") for i in range(len(pictures))]
    return Gallery("own", None, items, np.zeros((len(pictures), 2)), lambda i: None, pictures.__getitem__)


def test_copies_of_other_sizes_are_folded_and_others_are_not():
    files = [jpeg(1), jpeg(1, 160), jpeg(2), jpeg(1, 90), jpeg(3)]
    several = gallery(files)
    found = [Found(item, 1 - i / 10) for i, item in enumerate(several.items)]
    folds = folding.folded(several, found)
    assert [fold.best.item.id for fold in folds] == ["0", "2", "4"]
    assert [fold.copies for fold in folds] == [3, 1, 1] and folds[0].others == ["picture 1", "picture 3"]


@pytest.mark.parametrize(
    ("name", "label"),
    [("cats/1.jpg", "cats"), ("pets/big_dogs/x.png", "big dogs"), ("cat_01.jpg", "cat"), ("IMG-2031.jpg", "img"),
     ("house boat 3.png", "house boat"), ("0001.png", "")],
)  # fmt: skip
def test_labels_come_from_folders_and_names(name, label):
    assert uploads.label_of(name) == label


def archive(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return file.getvalue()


@needs_clip
def test_a_zip_with_strange_files_gives_its_pictures_and_says_what_was_left_out(visit):
    app = open_exhibit(visit, "Search", source="Your pictures")
    data = archive({
        "dogs/1.jpg": jpeg(1), "dogs/again.jpg": jpeg(1), "cats/2.jpg": jpeg(2), "notes.txt": b"text",
        "__MACOSX/dogs/._1.jpg": b"junk", "cats/broken.jpg": b"\xff\xd8\xff no", "../../escape.png": jpeg(3),
        "bomb.png": b"\0" * (21 * 2**20),
    })  # fmt: skip
    app.file_uploader[0].upload("pictures.zip", data).run()
    assert not app.exception and not app.error, [e.value for e in app.error]
    assert len(tiles(app)) == 3  # one of four is a copy
    said = " ".join(element.value for element in app.markdown)
    assert "broken.jpg" in said and "larger than 20 MB" in said and "1 files in the archive are no pictures" in said


@needs_clip
def test_a_file_that_is_no_archive_is_a_sentence(visit):
    app = open_exhibit(visit, "Search", source="Your pictures")
    app.file_uploader[0].upload("pictures.zip", b"PK no archive").run()
    assert not app.exception
    assert "cannot be read" in " ".join(element.value for element in app.markdown)


# the library


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    where = str(tmp_path / "library")
    monkeypatch.setenv("MANIFOLD_LIBRARY", where)
    return where


@needs_clip
def test_a_library_made_by_the_command_line_opens_on_the_page(visit, shelf, tmp_path, monkeypatch):
    monkeypatch.setenv("MANIFOLD_ENGINE", "inline")
    for seed in range(5):
        (tmp_path / f"scene {seed}.jpg").write_bytes(jpeg(seed))
    assert library.main(["--model", MODEL, "add", str(tmp_path)]) == 0
    app = open_exhibit(visit, "Search", source="Your library")
    assert sorted(tile["title"] for tile in mounted(app, "tiles")["tiles"]) == [f"scene {n}.jpg" for n in range(5)]
    one = tiles(app)[3]
    again = open_exhibit(visit, "Search", source="Your library", like=one)
    again.text_input(key="q-library").set_value("").run()
    assert tiles(again)[0] == one


@needs_clip
def test_a_library_by_other_weights_is_refused_with_the_reason(visit, shelf):
    from tests.engine.clip.test_library import entries

    Store(shelf, f"{MODEL}@000000000000").put(entries(3))
    app = open_exhibit(visit, "Search", source="Your library")
    assert "was written by clip-scenes@000000000000" in app.info[0].value


@needs_clip
def test_no_library_says_how_to_make_one(visit, shelf):
    app = open_exhibit(visit, "Search", source="Your library")
    assert "python -m engine.clip.library add" in app.info[0].value


# the parts


def test_picks_are_read_from_the_address(monkeypatch):
    monkeypatch.setattr(asking.st, "session_state", {asking.PICKS: "12; -40;x y;+7;;999999999999999999999"})
    assert asking.picks() == [("12", 1.0), ("40", -1.0), ("7", 1.0)]


def test_no_point_of_the_map_is_its_own_neighbour():
    vectors = np.eye(8, 4) + np.random.default_rng(0).normal(0, 0.1, (8, 4))
    found, later = space_map.near(vectors, vectors[:5], 0), space_map.near(vectors, vectors[5:], 5)
    assert found.shape == (8, 4) and later.shape == (8, 2)
    assert all(i not in row for i, row in enumerate(found[:5]))
    assert all(i not in row for i, row in enumerate(later[5:]))
    assert space_map.near(vectors, vectors[:0], 0).shape == (8, 0)


def test_a_closed_gap_brings_the_means_together_and_an_open_one_is_left_alone():
    rng = np.random.default_rng(1)
    pictures = rng.normal(size=(20, 6))
    pictures /= np.linalg.norm(pictures, axis=1, keepdims=True)
    bridge = np.full(6, 0.4)
    assert space_map.recalled(pictures, pictures, np.arange(20), bridge, 0.0) == 1.0
    assert space_map.recalled(pictures, pictures - bridge, np.arange(20), bridge, 1.0) == 1.0


def test_covering_goes_by_the_order_and_the_share():
    picture = np.random.default_rng(0).integers(0, 255, (24, 24, 3), dtype=np.uint8)
    order = np.random.default_rng(1).permutation(144)
    stages = why.stages_of(picture, order, (12, 12))
    changed = [(stage != picture).any(-1).mean() for stage in stages]
    np.testing.assert_allclose(changed, why.SHARES, atol=0.01)
    row, column = divmod(int(order[0]), 12)
    first = stages[1][2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    assert (first == picture.mean((0, 1)).astype(np.uint8)).all()


def test_even_relevance_lies_on_a_thing_by_its_area():
    mask = np.zeros((60, 60), bool)
    mask[:30, :20] = True
    assert why.on_thing(np.ones((12, 12), np.float32), mask) == pytest.approx(1 / 6)
    assert why.on_thing(-np.ones((12, 12), np.float32), mask) == 0


@pytest.mark.parametrize("kind", [kind for kind in traps.KINDS if kind not in traps.BY_NEGATIVE])
def test_true_sentences_are_true_and_false_ones_false(kind):
    for trap in traps.traps(kind)[:20]:
        there = {f"{thing.colour} {thing.shape}" for thing in traps.the_scene(trap.n).things}
        said = [" ".join(text.split()[-2:]) in there for text in (trap.true, trap.false)]
        assert said == ([True, False] if kind == "naming" else [False, True])


@pytest.mark.parametrize("kind", traps.KINDS)
def test_a_trap_differs_in_its_words_alone(kind):
    assert len(traps.traps(kind)) == traps.COUNT
    assert all(trap.true != trap.false for trap in traps.traps(kind))


def test_a_query_that_cancels_out_is_refused():
    part = asking.Part("x", 1.0, np.ones(4, np.float32))
    with pytest.raises(ValueError, match="cancel"):
        asking.combined([part, asking.Part("y", -1.0, np.ones(4, np.float32))])
