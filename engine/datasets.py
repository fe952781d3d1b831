"""The picture sets behind one small interface: `load("mnist").train.images` is uint8 (N, C, H, W).

Sets lie in `MANIFOLD_DATA` (default `~/.cache/manifold/data`) in the layout that torchvision uses.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np


class MissingData(FileNotFoundError):
    """A data set is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Split:
    """Pictures uint8 (N, C, H, W) and labels int64 (N,)."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Provenance:
    """What a card says of data that is not a picture set, such as points drawn from formulas."""

    title: str
    licence: str
    split: str


@dataclass(frozen=True)
class PictureSet:
    """A data set as the recipes and the cards know it."""

    name: str
    title: str
    classes: tuple[str, ...]
    licence: str
    split: str
    train: Split
    test: Split


CLASSES = {
    "mnist": tuple("0123456789"),
    "digits": tuple("0123456789"),
    "fashion": (
        "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ),
    "cifar10": ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    "quickdraw": (
        "airplane", "alarm clock", "apple", "banana", "bear", "bicycle", "bird", "book", "boomerang", "bowtie", "cat",
        "diamond", "dog", "duck", "eye", "fish", "flower", "frog", "horse", "house", "house plant", "lion", "lollipop",
        "monkey", "rabbit", "rainbow", "sheep", "train", "tree",
    ),
}  # fmt: skip
"""The classes of each set, in the order of their labels."""


def data_folder() -> Path:
    """The folder that holds the data sets."""
    return Path(os.environ.get("MANIFOLD_DATA", "~/.cache/manifold/data")).expanduser()


@cache
def load(name: str, download: bool = False) -> PictureSet:
    """The data set `name`, read once. Raises `MissingData` unless it is there or `download` may fetch it."""
    if name not in READERS:
        raise ValueError(f"There is no data set '{name}'; known are {', '.join(READERS)}.")
    return READERS[name](name, download)


def available(name: str) -> bool:
    """Whether `load(name)` would work without a download."""
    try:
        load(name)
    except MissingData:
        return False
    return True


def fetch(name: str) -> Iterator[tuple[int, int]]:
    """Download MNIST or Fashion-MNIST, yielding (files done, files). Raises `MissingData` when a file cannot be had."""
    from torchvision.datasets.utils import download_and_extract_archive

    reader = _reader(name)
    folder = data_folder() / reader.__name__ / "raw"
    for done, (file, md5) in enumerate(reader.resources, 1):
        try:
            download_and_extract_archive(reader.mirrors[0] + file, str(folder), filename=file, md5=md5)
        except (OSError, RuntimeError) as error:
            raise MissingData(f"{reader.__name__} could not be fetched: is there a network? ({error})") from error
        yield done, len(reader.resources)


def _reader(name: str) -> type:
    import torchvision.datasets as tv

    return {"mnist": tv.MNIST, "fashion": tv.FashionMNIST}[name]


def _torchvision(name: str, download: bool) -> PictureSet:
    title, licence = {
        "mnist": ("MNIST", "CC BY-SA 3.0, Y. LeCun, C. Cortes, C. Burges"),
        "fashion": ("Fashion-MNIST", "MIT, Zalando SE"),
    }[name]
    if download:
        list(fetch(name))
    try:
        parts = [_reader(name)(data_folder(), train=train) for train in (True, False)]
    except Exception as error:  # torchvision trusts the files: damaged ones raise whatever they happen to break
        raise MissingData(
            f"{title} is missing or damaged in {data_folder()}. Fetch it with `python -m engine.datasets {name}`, "
            "or point MANIFOLD_DATA at a folder that holds it."
        ) from error
    train, test = (Split(part.data.numpy()[:, None], part.targets.numpy()) for part in parts)
    return PictureSet(name, title, CLASSES[name], licence, "official: 60,000 train, 10,000 test", train, test)


def _digits(name: str, download: bool) -> PictureSet:
    """scikit-learn's 8×8 digits, always there: enlarged to 28×28, every fifth one kept for the test."""
    from PIL import Image
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.stack([_enlarge(Image.fromarray((8 * image).astype(np.uint8))) for image in bunch.images])[:, None]
    held_out = np.arange(len(images)) % 5 == 0
    train, test = (Split(images[part], bunch.target[part].astype(np.int64)) for part in (~held_out, held_out))
    licence = "CC BY 4.0, E. Alpaydin, C. Kaynak (UCI)"
    return PictureSet(name, "scikit-learn digits", CLASSES[name], licence, "every fifth picture is test", train, test)


def _enlarge(picture) -> np.ndarray:
    """8×8 → 20×20 by bicubic interpolation, centred in 28×28 as MNIST's digits are, full contrast."""
    canvas = np.zeros((28, 28), np.float32)
    canvas[4:24, 4:24] = np.asarray(picture.resize((20, 20), 3), np.float32)
    return np.clip(canvas * 255 / 120, 0, 255).astype(np.uint8)


def _quickdraw(name: str, download: bool) -> PictureSet:
    """The 28×28 bitmaps of 29 Quick, Draw! categories; a random tenth of each is test."""
    folder = data_folder() / "quickdraw"
    files = [folder / f"{category.replace(' ', '_')}.npz" for category in CLASSES[name]]
    if not all(file.exists() for file in files):
        raise MissingData(
            f"Quick, Draw! is not in {folder}: one NAME.npz per category with `images` (N, 28, 28) uint8."
        )
    train, test = [], []
    for label, file in enumerate(files):
        images = np.load(file)["images"][:, None]
        images = images[np.random.default_rng(0).permutation(len(images))]
        cut = len(images) * 9 // 10
        for part, chosen in ((train, images[:cut]), (test, images[cut:])):
            part.append(Split(chosen, np.full(len(chosen), label)))
    licence = "CC BY 4.0, Google, The Quick, Draw! Dataset"
    split = "a tenth of each category is test"
    return PictureSet(name, "Quick, Draw!", CLASSES[name], licence, split, _join(train), _join(test))


def _cifar10(name: str, download: bool) -> PictureSet:
    """torchvision's CIFAR-10, or a `cifar10.npz` with `x_train` (N, 32, 32, 3) uint8, `y_train`, `x_test`, `y_test`."""
    title, licence = "CIFAR-10", "no explicit licence, free for research with citation, A. Krizhevsky"
    file = data_folder() / "cifar10.npz"
    if file.exists() and not download:
        arrays = np.load(file)
        parts = [(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test")]
        split = "official: 50,000 train, 10,000 test; pictures decoded from JPEG copies, so scores differ a little"
    else:
        from torchvision.datasets import CIFAR10

        try:
            sets = [CIFAR10(data_folder(), train=train, download=download) for train in (True, False)]
        except Exception as error:  # as above
            raise MissingData(
                f"CIFAR-10 is missing or damaged in {data_folder()}. Fetch it with "
                "`python -m engine.datasets cifar10`, or point MANIFOLD_DATA at a folder that holds it."
            ) from error
        parts = [(part.data, part.targets) for part in sets]
        split = "official: 50,000 train, 10,000 test"
    train, test = (Split(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), np.asarray(y, np.int64)) for x, y in parts)
    return PictureSet(name, title, CLASSES[name], licence, split, train, test)


def _join(splits: list[Split]) -> Split:
    return Split(np.concatenate([s.images for s in splits]), np.concatenate([s.labels for s in splits]))


READERS: dict[str, Callable[[str, bool], PictureSet]] = {
    "mnist": _torchvision,
    "fashion": _torchvision,
    "digits": _digits,
    "quickdraw": _quickdraw,
    "cifar10": _cifar10,
}


if __name__ == "__main__":
    import sys

    for wanted in sys.argv[1:]:
        print(load(wanted, download=True).title)
