"""The picture sets: what is always there, what is read from disk, and what is said when something is missing."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torchvision.datasets.utils as downloads
from sklearn.datasets import load_digits

from engine import datasets
from engine.datasets import CLASSES, READERS, MissingData

SETS = {"mnist": "MNIST", "fashion": "FashionMNIST"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for data sets."""
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    datasets.load.cache_clear()
    yield tmp_path
    datasets.load.cache_clear()


def write_idx(path: Path, array: np.ndarray) -> None:
    """The format of MNIST's files: a magic number, the sizes as big-endian integers, the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())


def write_set(folder: Path, name: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Random pictures in place of the official files: 30 to train with, 12 to test with."""
    rng, written = np.random.default_rng(0), {}
    for part, file, n in (("train", "train", 30), ("test", "t10k", 12)):
        images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        labels = rng.integers(0, 10, n, dtype=np.uint8)
        write_idx(folder / SETS[name] / "raw" / f"{file}-images-idx3-ubyte", images)
        write_idx(folder / SETS[name] / "raw" / f"{file}-labels-idx1-ubyte", labels)
        written[part] = images, labels
    return written


def pictures(split: datasets.Split) -> set[bytes]:
    return {image.tobytes() for image in split.images}


# digits


def test_digits_are_always_there():
    digits = datasets.load("digits")
    assert datasets.available("digits")
    assert (len(digits.train), len(digits.test)) == (1437, 360)
    for split in (digits.train, digits.test):
        assert split.images.shape == (len(split), 1, 28, 28)
        assert (split.images.dtype, split.labels.dtype) == (np.uint8, np.int64)
        assert np.unique(split.labels).tolist() == list(range(10))


def test_the_split_of_the_digits_is_disjoint_and_always_the_same():
    first = datasets.load("digits")
    datasets.load.cache_clear()
    second = datasets.load("digits")
    assert first is not second
    for ours, theirs in ((first.train, second.train), (first.test, second.test)):
        assert np.array_equal(ours.images, theirs.images)
        assert np.array_equal(ours.labels, theirs.labels)
    assert not pictures(first.train) & pictures(first.test)


def test_every_fifth_digit_is_test_and_looks_like_its_source():
    source, test = load_digits(), datasets.load("digits").test
    assert np.array_equal(test.labels, source.target[::5])
    assert test.images.max() == 255
    assert test.images[:, :, [*range(4), *range(24, 28)]].max() == 0
    assert test.images[..., [*range(4), *range(24, 28)]].max() == 0
    shrunk = test.images[:, 0, 4:24, 4:24].reshape(-1, 5, 4, 5, 4).mean((2, 4))
    coarse = source.images[::5].repeat(5, 1).repeat(5, 2).reshape(-1, 5, 8, 5, 8).mean((2, 4))
    assert np.corrcoef(shrunk.ravel(), coarse.ravel())[0, 1] > 0.98


def test_a_set_is_read_once():
    assert datasets.load("digits") is datasets.load("digits")


# classes


def test_every_set_has_its_classes():
    assert READERS.keys() == CLASSES.keys()
    assert {name: len(classes) for name, classes in CLASSES.items()} == {
        "mnist": 10,
        "digits": 10,
        "fashion": 10,
        "quickdraw": 29,
        "cifar10": 10,
    }
    for classes in CLASSES.values():
        assert len(set(classes)) == len(classes)


# what is missing or unknown


@pytest.mark.parametrize("name", ["mnist", "fashion", "quickdraw", "cifar10"])
def test_a_missing_set_says_where_it_should_be(folder, name):
    assert not datasets.available(name)
    with pytest.raises(MissingData, match=re.escape(str(folder))) as missing:
        datasets.load(name)
    assert str(missing.value).endswith(".")
    assert "\n" not in str(missing.value)


def test_a_missing_set_says_how_to_fetch_it():
    with pytest.raises(MissingData, match=r"python -m engine\.datasets fashion.*MANIFOLD_DATA"):
        datasets.load("fashion")


@pytest.mark.parametrize("name", ["", "imagenet", "../digits", "MNIST"])
def test_an_unknown_set(name):
    with pytest.raises(ValueError, match="There is no data set.*mnist, fashion, digits, quickdraw, cifar10"):
        datasets.load(name)


# the official files


@pytest.mark.parametrize("name", SETS)
def test_idx_files_are_read_as_they_were_written(folder, name):
    assert not datasets.available(name)
    written = write_set(folder, name)
    read = datasets.load(name)
    assert datasets.available(name)
    for split, (images, labels) in ((read.train, written["train"]), (read.test, written["test"])):
        assert (split.images.dtype, split.labels.dtype) == (np.uint8, np.int64)
        assert np.array_equal(split.images, images[:, None])
        assert np.array_equal(split.labels, labels)
    assert read.classes == CLASSES[name]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-100]), id="truncated"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"<!DOCTYPE html><html>404</html>"), id="a web page"),
    ],
)
@pytest.mark.parametrize("file", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_damaged_idx_files_are_as_good_as_missing(folder, file, damage):
    write_set(folder, "mnist")
    damage(folder / "MNIST" / "raw" / file)
    assert not datasets.available("mnist")
    with pytest.raises(MissingData, match="MNIST is missing or damaged in .*Fetch it with"):
        datasets.load("mnist")


def test_a_download_reports_its_files(folder, monkeypatch):
    fetched = []
    monkeypatch.setattr(
        downloads, "download_and_extract_archive", lambda url, to, filename, md5: fetched.append((to, filename))
    )
    assert list(datasets.fetch("mnist")) == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {to for to, _ in fetched} == {str(folder / "MNIST" / "raw")}
    assert {file for _, file in fetched} == {
        f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1")
    }


def test_a_download_without_a_network_says_so(monkeypatch):
    def fail(*_arguments, **_options):
        raise URLError("Name or service not known")

    monkeypatch.setattr(downloads, "download_and_extract_archive", fail)
    with pytest.raises(MissingData, match="MNIST could not be fetched: is there a network?"):
        next(datasets.fetch("mnist"))


# doodles


def test_doodles_are_split_within_each_category(folder):
    rng = np.random.default_rng(1)
    (folder / "quickdraw").mkdir()
    drawn = {}
    for category in CLASSES["quickdraw"]:
        drawn[category] = rng.integers(0, 256, (20, 28, 28), dtype=np.uint8)
        np.savez(folder / "quickdraw" / f"{category.replace(' ', '_')}.npz", images=drawn[category])
    first = datasets.load("quickdraw")
    datasets.load.cache_clear()
    second = datasets.load("quickdraw")
    assert np.array_equal(first.test.images, second.test.images)
    for label, category in enumerate(CLASSES["quickdraw"]):
        train, test = (split.images[split.labels == label] for split in (first.train, first.test))
        assert (train.shape, test.shape) == ((18, 1, 28, 28), (2, 1, 28, 28))
        both = {image.tobytes() for image in np.concatenate([train, test])}
        assert both == {image.tobytes() for image in drawn[category]}
