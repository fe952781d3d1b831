"""The hub: downloads by a process that reports, stops and goes on; and what can go wrong, without any network."""

import sys
from types import SimpleNamespace

import pytest

from engine import hub
from engine.public_models import NoPublicModel

WRITE_SLOWLY = """
import sys, time
from pathlib import Path
folder = Path(sys.argv[1])
part = folder / "blobs" / "weights.incomplete"
for _ in range(100):
    with part.open("ab") as file:
        file.write(bytes(10))
    time.sleep(0.02)
part.rename(folder / "blobs" / "weights")
(folder / "snapshots" / "main" / "weights").write_bytes(b"")
"""


@pytest.fixture
def into(tmp_path, monkeypatch):
    """A repository's folder in a cache of its own, and a program that fetches as slowly as a network."""
    folder = tmp_path / "snapshots" / "main"
    folder.mkdir(parents=True)
    (tmp_path / "blobs").mkdir()
    monkeypatch.setattr(hub, "SECONDS_BETWEEN_REPORTS", 0.05)
    monkeypatch.setattr(hub, "FETCH", [sys.executable, "-c", WRITE_SLOWLY])
    return folder


def test_a_download_is_reported_until_it_is_there_and_then_never_again(into):
    reports = list(hub.bring(str(into.parents[1]), {"weights": 1000}, into))
    came = [report.bytes for report in reports]
    assert came == sorted(came) and 0 < came[-1] <= 1000
    assert {report.total for report in reports} == {1000}
    assert (into.parents[1] / "blobs" / "weights").stat().st_size == 1000
    assert list(hub.bring(str(into.parents[1]), {"weights": 1000}, into)) == []


def test_a_reader_that_stops_reading_stops_the_download_and_the_next_goes_on(into):
    source, part = str(into.parents[1]), into.parents[1] / "blobs" / "weights.incomplete"
    reports = hub.bring(source, {"weights": 2000}, into)
    while next(reports).bytes < 50:
        pass
    reports.close()
    kept = part.stat().st_size
    assert 50 <= kept < 1000
    assert next(hub.bring(source, {"weights": 2000}, into)).bytes >= kept


def test_a_download_that_fails_is_a_sentence(into, monkeypatch):
    monkeypatch.setattr(hub, "FETCH", [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(NoPublicModel, match="stopped on the way"):
        list(hub.bring("somebody/something", {"weights": 10}, into))


def test_a_full_disk_is_told_before_anything_is_fetched(into, monkeypatch):
    monkeypatch.setattr(hub, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    monkeypatch.setattr(hub, "FETCH", None)
    with pytest.raises(NoPublicModel, match=r"needs 4\.0 GB, and 1\.0 are free"):
        list(hub.bring("somebody/something", {"weights": 4 * 10**9}, into))


def test_a_name_and_a_folder_are_told_apart(tmp_path):
    assert all(map(hub.is_folder, (str(tmp_path), "~/models", "models", "./a")))
    assert not hub.is_folder("google/ddpm-cifar10-32")


def test_whether_the_hub_answers_is_known_by_a_connection(monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("urllib.request.getproxies", dict)
    monkeypatch.setenv("HF_ENDPOINT", "http://localhost:1")
    assert not hub.answers()
    monkeypatch.setattr("socket.create_connection", lambda address, patience: SimpleNamespace(close=lambda: None))
    assert hub.answers()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert not hub.answers()
