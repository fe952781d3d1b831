"""The library on disk: what is added is found, what is there is skipped, and no trouble costs what was there."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import scenes
from engine.clip import library
from engine.clip.queries import unit
from engine.clip.store import Entry, LibraryError, Store, short

ROOT = Path(library.__file__).resolve().parents[2]
D = 16


class Colours:
    """An encoder for tests: a picture's colours on a coarse grid, as a unit vector."""

    identity, side = "colours@1", 16

    def __init__(self):
        self.seen = 0

    def pictures(self, pictures: np.ndarray) -> np.ndarray:
        self.seen += len(pictures)
        coarse = pictures.reshape(-1, 2, 8, 2, 8, 3).mean((2, 4)).reshape(len(pictures), -1)
        return unit(coarse - 128).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seven pictures of scenes in two folders, and three things that are none."""
    place = tmp_path / "photos"
    (place / "more").mkdir(parents=True)
    for n in range(7):
        picture = scenes.draw(scenes.scene(5, n), 64).image.transpose(1, 2, 0)
        Image.fromarray(picture).save(place / ("more" if n % 2 else ".") / f"scene {n}.png")
    (place / "notes.txt").write_text("not a picture")
    (place / "broken.jpg").write_bytes(b"\xff\xd8\xff broken")
    (place / ".hidden.png").write_bytes(b"hidden")
    return place


@pytest.fixture
def where(tmp_path: Path) -> str:
    return str(tmp_path / "library")


def entries(n: int, seed: int = 0) -> list[Entry]:
    vectors = unit(np.random.default_rng(seed % 2**32).normal(size=(n, D))).astype(np.float32)
    return [Entry(f"{seed}-{i}", i, i, str(i), b"thumbnail", vector) for i, vector in enumerate(vectors)]


def test_each_picture_finds_itself(folder, where):
    store, encoder = Store(where, Colours.identity), Colours()
    reports = list(library.add(folder, store, encoder))
    assert reports[-1].added == len(store) == 7
    assert [report.refused[0] for report in reports if report.refused] == [str(folder / "broken.jpg")]
    vectors, paths, thumbnails = Store(where).vectors(100)
    assert vectors.shape == (7, 12) and all(Path(path).exists() for path in paths)
    assert all(thumbnail.startswith(b"\xff\xd8") for thumbnail in thumbnails)
    for vector, path in zip(vectors, paths, strict=True):
        hits = store.search(vector, 3)
        assert hits.paths[0] == path and hits.scores[0] == pytest.approx(1, abs=2e-3)
        np.testing.assert_array_equal(store.one(short(path))[0], vector)
    assert store.one("f00") is None and store.one("' OR 1=1") is None


def test_scores_are_the_cosines_in_order(where):
    store = Store(where, "x@1")
    store.put(some := entries(200))
    query = unit(np.arange(D, dtype=np.float32))
    hits = store.search(query, 20)
    truth = np.sort([entry.vector @ query for entry in some])[::-1][:20]
    np.testing.assert_allclose(hits.scores, truth, atol=2e-3)  # stored as float16


def test_what_is_there_is_skipped_and_what_has_changed_is_not(folder, where):
    store = Store(where, Colours.identity)
    list(library.add(folder, store, Colours()))
    again = Colours()
    list(library.add(folder, Store(where, Colours.identity), again))
    assert again.seen == 0
    Image.new("RGB", (40, 40), "red").save(folder / "scene 0.png")
    list(library.add(folder, store, again))
    assert again.seen == 1 and len(store) == 7


def test_stopped_in_the_middle_it_goes_on(folder, where, monkeypatch):
    monkeypatch.setattr(library, "BATCH", 3)
    store, first, second = Store(where, Colours.identity), Colours(), Colours()
    with closing(library.add(folder, store, first)) as reports:
        while next(reports).added < 3:
            pass
    assert 3 <= len(Store(where)) < 7
    list(library.add(folder, Store(where, Colours.identity), second))
    assert len(Store(where)) == 7 and first.seen + second.seen == 7


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
def test_a_killed_process_leaves_what_was_committed(where):
    script = f"""
import itertools, os, signal, threading
from tests.engine.clip.test_library import entries
from engine.clip.store import Store
store = Store({where!r}, "x@1")
store.put(entries(50))
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()
for seed in itertools.count(1):
    store.put(entries(200, seed))
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == -9
    store = Store(where, "x@1")
    there = len(store)
    assert there >= 50 and (there - 50) % 200 == 0  # whole commits only
    store.put(entries(10, seed=-1))
    assert len(store) == there + 10


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are Unix's")
def test_a_full_disk_costs_nothing_that_was_there(where):
    """A limit on the size of files makes writing fail as a full disk does."""
    Store(where, "x@1").put(entries(50))
    script = f"""
import resource, signal, sys
from tests.engine.clip.test_library import entries
from engine.clip.store import LibraryError, Store
store = Store({where!r}, "x@1")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    store.put(entries(5000, seed=1))
except LibraryError as error:
    print(error)
    sys.exit(7)
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 7, run.stderr
    assert "still there" in run.stdout and "goes on where it stopped" in run.stdout
    store = Store(where, "x@1")
    assert len(store) == 50 and store.search(entries(1)[0].vector, 1).paths == ["0-0"]


def test_another_models_library_is_refused_with_the_reason(where):
    Store(where, "clip-scenes@abc").put(entries(3))
    with pytest.raises(LibraryError, match="written by clip-scenes@abc.*clip-flickr8k@def"):
        Store(where, "clip-flickr8k@def")
    assert Store(where).encoder == "clip-scenes@abc"


def test_no_library_and_a_foreign_folder_are_sentences(tmp_path):
    with pytest.raises(LibraryError, match="no library"):
        Store(str(tmp_path / "nowhere"))
    file = tmp_path / "file"
    file.write_text("I am no folder")
    with pytest.raises(LibraryError, match="cannot be opened"):
        Store(str(file), "x@1")


def test_the_command_line_says_what_is_wrong(tmp_path, capsys):
    arguments = ["--library", str(tmp_path / "library"), "add", str(tmp_path / "missing")]
    assert library.main(arguments) == 1
    assert "There is no folder" in capsys.readouterr().err


def test_beyond_the_limit_an_index_answers_and_is_right(where, monkeypatch):
    from engine.clip import store as room

    monkeypatch.setattr(room, "EXACT_BELOW", 3000)
    store = Store(where, "x@1")
    store.put(entries(4000))
    assert not store.indexed
    store.tidy()
    assert Store(where).indexed
    queries = [entry.vector for entry in entries(30, seed=2)]
    shared = [set(store.search(q, 10).paths) & set(store.search(q, 10, exact=True).paths) for q in queries]
    assert np.mean([len(both) for both in shared]) >= 9.8
