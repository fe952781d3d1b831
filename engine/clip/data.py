"""Photos with five captions each: Flickr8k, `MANIFOLD_DATA/flickr8k/{images,captions.json,splits.json}`."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from engine.datasets import MissingData, Provenance, data_folder

FLICKR8K = Provenance(
    "Flickr8k (squeezed to 112×112), after six classes of CIFAR-10",
    "non-commercial research and education, M. Hodosh, P. Young, J. Hockenmaier; the photos belong to their authors "
    "and show people. CIFAR-10: no explicit licence, free for research with citation, A. Krizhevsky",
    "official 1,000 test; the official 6,000 train, 1,000 validation and 91 photos outside the split are trained on",
)
TRAIN, TEST = ("train", "val", "extra"), ("test",)


@dataclass(frozen=True)
class CaptionedPhotos:
    """Pictures uint8 (N, 3, S, S) and the captions of each."""

    images: np.ndarray
    captions: list[list[str]]

    def __len__(self) -> int:
        return len(self.images)


@cache
def flickr8k(parts: tuple[str, ...] = TRAIN) -> CaptionedPhotos:
    """The photos of some parts of the split with their captions, decoded once. Raises `MissingData`."""
    folder = data_folder() / "flickr8k"
    try:
        split, captions = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("splits", "captions"))
    except FileNotFoundError:
        raise MissingData(
            f"Flickr8k is not in {folder}: it needs `images`, `captions.json` and `splits.json` there, "
            "or point MANIFOLD_DATA at a folder that holds them."
        ) from None
    names = [name for part in parts for name in split.get(part, [])]
    pictures = [np.asarray(Image.open(folder / "images" / name).convert("RGB")) for name in names]
    return CaptionedPhotos(np.stack(pictures).transpose(0, 3, 1, 2).copy(), [captions[name] for name in names])
