"""The figures on the cards of segmentation models, on the test photos, and the small arrays that the page needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import torch
from torch import Tensor

from engine.cards import Metric
from engine.segmentation import data
from engine.segmentation.batches import class_shares, training_scenery
from engine.segmentation.classes import IGNORED, LABELS
from engine.segmentation.inference import averaged, class_map, look, sides_around, thing_map
from engine.segmentation.instances import components, matches, watershed
from engine.segmentation.networks import Segmenter
from engine.segmentation.pasting import people_in_scenes
from engine.segmentation.scores import confusion, dice, iou, mean_iou
from engine.segmentation.warps import pooled

LEVELS = 32
ELSEWHERE, SIDE = 160, 256
"""How many composed pictures the people model is measured on, and their size."""


@dataclass(frozen=True)
class SegmentationEvaluation:
    """Mean IoU, IoU of each class, Dice, and what is left of the mean IoU with each skip connection at zero."""

    name: str

    def __call__(self, model: Segmenter, device: torch.device) -> dict[str, Metric]:
        photos = data.load(self.name, "test")
        counts, things = self._counts(model, photos, device)
        n, names = len(photos), LABELS[self.name].names
        found = {"miou": mean_iou(counts), "pixel_accuracy": float(counts.diagonal().sum() / counts.sum())}
        if len(names) == 2:
            found["dice"] = float(dice(counts)[1])
        found |= {f"iou_{name.replace(' ', '_')}": float(share) for name, share in zip(names, iou(counts), strict=True)}
        for level in range(model.skips):
            skips = ["zero" if i == level else "on" for i in range(model.skips)]
            found[f"miou_without_skip{level}"] = mean_iou(self._counts(model, photos, device, skips)[0])
        if self.name == "people":
            found["iou_person"] = float(iou(things)[1])
        measured = {name: Metric(_rounded(value), n) for name, value in found.items() if not isnan(value)}
        return measured | self._more(model, photos, device)

    def _counts(
        self, model: Segmenter, photos: list[data.Photo], device: torch.device, skips: Sequence[str] = ()
    ) -> tuple[Tensor, Tensor]:
        """The confusion of all classes, and of class 0 against the rest."""
        counts, things = (torch.zeros(k, k, dtype=torch.long) for k in (model.classes, 2))
        for photo in photos:
            probabilities = look(model, torch.tensor(photo.image, device=device), skips)[0].softmax(1)
            true, size = torch.tensor(photo.mask), photo.mask.shape
            counts += confusion(class_map(probabilities, size, model.background).cpu(), true, model.classes)
            things += confusion(thing_map(probabilities, size).cpu(), _thing(true), 2)
        return counts, things

    def _more(self, model: Segmenter, photos: list[data.Photo], device: torch.device) -> dict[str, Metric]:
        match self.name:
            case "people":
                return {
                    "iou_person_averaged": self._averaged(model, photos, device),
                    "iou_person_elsewhere": self._elsewhere(model, photos, device),
                    "false_person": self._false(model, device),
                    "false_person_averaged": self._false(model, device, twice=True),
                }
            case "nuclei":
                return self._instances(model, photos, device)
            case "scenes":
                return {"miou_unseen_pairs": self._unseen(model, device)}
        return {}

    def _averaged(self, model: Segmenter, photos: list[data.Photo], device: torch.device) -> Metric:
        """IoU of person with test-time averaging."""
        counts = torch.zeros(2, 2, dtype=torch.long)
        for photo in photos:
            found = torch.from_numpy(_things(model, photo.image, device, twice=True))
            counts += confusion(found, _thing(torch.tensor(photo.mask)), 2)
        return Metric(_rounded(iou(counts)[1]), len(photos))

    def _elsewhere(self, model: Segmenter, photos: list[data.Photo], device: torch.device) -> Metric:
        """IoU of person where test people stand in test scenes of other data sets, at sizes of all kinds."""
        counts = torch.zeros(2, 2, dtype=torch.long)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            people, scenery = pooled(photos, around_things=True), training_scenery("test")
            for _ in range(ELSEWHERE // 16):
                x, y = people_in_scenes(people, scenery, 16, SIDE, real=0.0, composed=1.0)
                counts += confusion(model(x.to(device)).argmax(1).cpu() > 0, _thing(y), 2)
        return Metric(_rounded(iou(counts)[1]), ELSEWHERE)

    def _false(self, model: Segmenter, device: torch.device, twice: bool = False) -> Metric:
        """Share of pixels taken for a person in test pictures where nobody is: horses, and everyday pictures."""
        pictures = [photo.image for photo in data.load("horses", "test")] + data.without_people("test")
        shares = [_things(model, picture, device, twice).mean() for picture in pictures]
        return Metric(_rounded(np.mean(shares)), len(shares))

    def _instances(
        self, model: Segmenter, photos: list[data.Photo], device: torch.device
    ) -> dict[str, Metric]:
        """F₁ of nuclei matched with an IoU above ½, by connected pieces and by watershed."""
        truths = data.load_instances("test")
        masks = [_things(model, photo.image, device) for photo in photos]
        scores = {}
        for name, split in (("components", components), ("watershed", watershed)):
            counts = [matches(split(mask), true) for mask, true in zip(masks, truths, strict=True)]
            scores[f"instance_f1_{name}"] = Metric(_rounded(_f1(counts)), len(photos))
        return scores

    def _unseen(self, model: Segmenter, device: torch.device) -> Metric:
        """Mean IoU on scenes of the combinations of colour and shape that training never shows."""
        photos = data.load(self.name, "unseen")
        return Metric(_rounded(mean_iou(self._counts(model, photos, device)[0])), len(photos))

    def derive(self, model: Segmenter, device: torch.device) -> dict[str, Tensor]:
        """What training pictures look like: `histogram` (3, 32) shares of the values of red, green and blue, `mean` and
        `std` (3,) in 0…1, and `class_shares` (classes,)."""
        pool = pooled(data.load(self.name, "train"))
        values = pool.images.movedim(1, 0).flatten(1)[:, ::97].float() / 255
        histogram = torch.stack([torch.histc(channel, LEVELS, 0, 1) / len(channel) for channel in values])
        return {
            "histogram": histogram,
            "mean": values.mean(1),
            "std": values.std(1),
            "class_shares": class_shares(pool, model.classes),
        }


def _things(model: Segmenter, picture: np.ndarray, device: torch.device, twice: bool = False) -> np.ndarray:
    """Where a picture uint8 (H, W, 3) shows anything but class 0, bool (H, W); `twice` averages over looks."""
    x = torch.tensor(picture, device=device)
    probabilities = averaged(model, x, sides_around(model.side))[0] if twice else look(model, x)[0].softmax(1)
    return thing_map(probabilities, picture.shape[:2]).cpu().numpy()


def _thing(true: Tensor) -> Tensor:
    """Classes → 0 for class 0, 1 for all others, unknown stays unknown."""
    return torch.where(true == IGNORED, true, (true > 0).to(true.dtype))


def _f1(counts: list[tuple[int, int, int]]) -> float:
    hits, extra, missed = np.sum(counts, 0)
    return 2 * hits / max(1, 2 * hits + extra + missed)


def _rounded(value: float | Tensor) -> float:
    return float(f"{float(value):.4g}")
