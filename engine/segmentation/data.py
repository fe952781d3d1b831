"""Photos with masks, one file each: `MANIFOLD_DATA/FOLDER/{images,masks}/NAME`, and `splits.json` with their parts.

Drawn scenes need no files: they are drawn when asked for.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from engine.datasets import MissingData, Provenance, data_folder
from engine.scenes import HELD_OUT, SEEN, draw, scene
from engine.scenes.truth import Pairs
from engine.segmentation.classes import IGNORED


@dataclass(frozen=True)
class Photo:
    """A picture uint8 (H, W, 3) and its mask uint8 (H, W), 255 where the class is unknown."""

    image: np.ndarray
    mask: np.ndarray


@dataclass(frozen=True)
class PhotoSet:
    """A folder of photos with masks. `coarse` maps the masks' values to fewer classes, `unknown` is left out."""

    folder: str
    provenance: Provenance
    unknown: int | None = None
    coarse: bool = False


SETS = {
    "people": PhotoSet(
        "clothing_parsing",
        Provenance(
            "Clothing Co-Parsing (long side 256, 8 coarse classes)",
            "Apache 2.0, W. Yang, P. Luo, L. Lin; the photos come from fashion sites and show people: research only",
            "fixed random split: 803 train, 100 validation, 101 test",
        ),
        coarse=True,
    ),
    "camvid": PhotoSet(
        "camvid",
        Provenance(
            "CamVid (256×192, 11 classes)",
            "CC BY-NC 4.0, G. Brostow, J. Fauqueur, R. Cipolla; 11 classes by V. Badrinarayanan et al.",
            "official: 367 train, 101 validation, 233 test; unlabelled pixels left out",
        ),
        unknown=11,
    ),
    "horses": PhotoSet(
        "horses",
        Provenance(
            "Weizmann horses (long side 256)",
            "no explicit licence, for research, E. Borenstein, S. Ullman",
            "fixed random split: 261 train, 33 validation, 32 test",
        ),
    ),
    "nuclei": PhotoSet(
        "nuclei",
        Provenance(
            "Nuclei, 2018 Data Science Bowl (BBBC038v1, long side 256)",
            "CC0, Broad Bioimage Benchmark Collection",
            "fixed random split: 531 train, 66 validation, 67 test; parts of one field may be on both sides",
        ),
    ),
    "membrane": PhotoSet(
        "membrane",
        Provenance(
            "Neural membranes, ISBI 2012 EM challenge (512×512)",
            "free for non-commercial segmentation research, A. Cardona et al.",
            "by position in one volume: 24 train, 3 validation, 3 test",
        ),
    ),
    "scenes": PhotoSet(
        "scenes",
        Provenance(
            "our own drawn scenes (96×96, 8 shapes)",
            "none needed: drawn by engine.scenes",
            "by seed, training endless, 200 test; eight combinations of a colour and a shape are never trained on",
        ),
    ),
}
"""Every data set of this family."""

DRAWN = {
    "train": (10_000, 400, SEEN),
    "val": (10_001, 100, SEEN),
    "test": (10_002, 200, SEEN),
    "unseen": (10_003, 200, HELD_OUT),
}
"""Seed, number and combinations of colour and shape of each part of the drawn scenes; below 10,000 are a person's."""
DRAWN_SIDE = 96

PEOPLE = re.compile(
    r"\b("
    r"man|men|woman|women|boy|boys|girl|girls|child|children|kid|kids|person|people|baby|babies|toddler|toddlers|lady"
    r"|ladies|guy|guys|player|players|couple|adult|adults|someone|he|she|his|him|her|hand|hands|rider|riders|biker"
    r"|bikers|cyclist|surfer|surfers|skier|skiers|snowboarder|skateboarder|climber|climbers|crowd|family|friends|friend"
    r"|team|group|male|female|teenager|teenagers|kayaker|motorcyclist|racer|jockey|cowboy|football|soccer|basketball"
    r"|hiker|hikers|swimmer|dancer|dancers|performer|musician|band|soldiers|officer|worker|workers|bride|groom|owner"
    r"|face|arm|arms|leg|skateboarding|biking|riding|surfing|wakeboarder|runner|runners|human|humans|pedestrian|infant"
    r"|wrestler|wrestlers|individuals|gentleman|gymnast|fisherman|skiing|motocross|bmx|wearing|hat|shirt|dressed"
    r")\b",
    re.IGNORECASE,
)
"""A caption with none of these tells of a picture without people."""


def load(name: str, part: str) -> list[Photo]:
    """The photos of the "train", "val" or "test" part of a set, of scenes also the "unseen". Raises `MissingData`."""
    if name == "scenes":
        return _drawn(*DRAWN[part])
    chosen = SETS[name]
    folder = _present(chosen.folder, chosen.provenance.title)
    coarse = _json(folder / "classes.json")["coarse_of"] if chosen.coarse else range(256)
    values = np.array([*coarse, *[IGNORED] * (256 - len(coarse))], np.uint8)
    if chosen.unknown is not None:
        values[chosen.unknown :] = IGNORED
    return [Photo(_rgb(image), values[_grey(mask)]) for image, mask in _files(folder, part)]


def _drawn(seed: int, count: int, pairs: Pairs) -> list[Photo]:
    drawings = (draw(scene(seed, n, pairs), DRAWN_SIDE) for n in range(count))
    return [Photo(drawing.image.transpose(1, 2, 0).copy(), drawing.classes) for drawing in drawings]


def load_instances(part: str) -> list[np.ndarray]:
    """The nucleus number of every pixel, int32 (H, W), 0 for none; in the order of `load("nuclei", part)`."""
    folder = _present(SETS["nuclei"].folder, SETS["nuclei"].provenance.title) / "instances"
    stems = [mask.name for _, mask in _files(folder.parent, part)]
    return [np.asarray(Image.open(folder / stem), np.int32) for stem in stems]


@cache
def without_people(part: str) -> list[np.ndarray]:
    """Everyday pictures uint8 (112, 112, 3) of Flickr8k in whose captions nobody occurs; [] where the set is missing.

    One in a hundred shows a person all the same, whom no caption mentions.
    """
    folder = data_folder() / "flickr8k"
    if not (folder / "captions.json").exists():
        return []
    captions, names = _json(folder / "captions.json"), _json(folder / "splits.json")[part]
    return [_rgb(folder / "images" / name) for name in names if not _tells_of_people(captions[name])]


def _tells_of_people(captions: list[str]) -> bool:
    return bool(PEOPLE.search(" ".join(captions)))


def _files(folder: Path, part: str) -> Iterator[tuple[Path, Path]]:
    """(image, mask) of every photo of a part."""
    kind = next((folder / "images").iterdir()).suffix
    for stem in _json(folder / "splits.json")[part]:
        yield folder / "images" / (stem + kind), folder / "masks" / f"{stem}.png"


def _present(folder: str, title: str) -> Path:
    path = data_folder() / folder
    if not (path / "splits.json").exists():
        raise MissingData(
            f"{title} is not in {path}: it needs `images`, `masks`, `classes.json` and `splits.json` there, "
            "or point MANIFOLD_DATA at a folder that holds them."
        )
    return path


def _json(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def _rgb(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def _grey(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L"))
