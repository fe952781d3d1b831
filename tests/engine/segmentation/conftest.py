"""Tiny copies of every data set: three pictures a part, drawn here."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.segmentation import data

PARTS = ("train", "val", "test")
SIZES = {"clothing_parsing": (48, 32), "camvid": (32, 48), "horses": (40, 48), "nuclei": (48, 48), "membrane": (48, 48)}
CLASSES = {"clothing_parsing": 59, "camvid": 12, "horses": 2, "nuclei": 2, "membrane": 2}


@pytest.fixture
def tiny_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for `MANIFOLD_DATA` with all the sets of this family, and a few everyday pictures."""
    rng = np.random.default_rng(0)
    for folder, size in SIZES.items():
        for room in ("images", "masks", "instances"):
            (tmp_path / folder / room).mkdir(parents=True)
        stems = {part: [f"{part}{i}" for i in range(3)] for part in PARTS}
        for stem in sum(stems.values(), []):
            mask = np.zeros(size, np.uint8)
            mask[8:20, 6:24], mask[22:30, 10:20] = rng.integers(1, CLASSES[folder], 2)
            image = np.repeat(mask[..., None] * 4 + 60, 3, -1) + rng.integers(0, 20, (*size, 3))
            Image.fromarray(image.astype(np.uint8)).save(tmp_path / folder / "images" / f"{stem}.png")
            Image.fromarray(mask).save(tmp_path / folder / "masks" / f"{stem}.png")
            numbers = (mask > 0).astype(np.uint16)
            numbers[22:] *= 2
            Image.fromarray(numbers).save(tmp_path / folder / "instances" / f"{stem}.png")
        (tmp_path / folder / "splits.json").write_text(json.dumps(stems))
        coarse = [0] + [1 + i % 7 for i in range(58)]
        (tmp_path / folder / "classes.json").write_text(json.dumps({"coarse_of": coarse}))
    everyday(tmp_path / "flickr8k", rng)
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    monkeypatch.setattr(data, "DRAWN", {part: (seed, 3, pairs) for part, (seed, _, pairs) in data.DRAWN.items()})
    data.without_people.cache_clear()
    yield tmp_path
    data.without_people.cache_clear()


def everyday(folder: Path, rng: np.random.Generator) -> None:
    """Two pictures a part; a man occurs in the captions of the second."""
    (folder / "images").mkdir(parents=True)
    captions, splits = {}, {}
    for part in PARTS:
        splits[part] = [f"{part}{i}.png" for i in range(2)]
        for name, caption in zip(splits[part], ("A dog runs .", "A Man walks a dog ."), strict=True):
            captions[name] = ["A brown dog .", caption]
            Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(folder / "images" / name)
    (folder / "captions.json").write_text(json.dumps(captions))
    (folder / "splits.json").write_text(json.dumps(splits))
