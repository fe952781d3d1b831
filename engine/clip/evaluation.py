"""The figures on the cards: recall both ways, zero-shot accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import datasets
from engine.cards import Metric
from engine.clip import data, gallery
from engine.clip.batches import NAMED
from engine.clip.framing import squeezed
from engine.clip.losses import ranks, recall
from engine.clip.networks import Clip
from engine.clip.operations import AT_ONCE, embed_pictures
from engine.clip.prompts import PHOTOS, filled
from engine.clip.queries import classifier

DEPTHS = (1, 5, 10)
UNNAMED = tuple(name for name in datasets.CLASSES["cifar10"] if name not in NAMED)
"""Classes of CIFAR-10 of which training saw no picture of that set."""


@dataclass(frozen=True)
class PhotoEvaluation:
    """Recall among the 1,000 test photos and their 5,000 captions; CIFAR-10's four other classes by their names."""

    parts: tuple[str, ...] = data.TEST

    def __call__(self, model: Clip, device: torch.device) -> dict[str, Metric]:
        photos = data.flickr8k(self.parts)
        framed = np.stack([squeezed(image.transpose(1, 2, 0), model.side) for image in photos.images])
        pictures = embed_pictures(model, torch.from_numpy(framed).to(device))
        texts = embedded(model, [text for captions in photos.captions for text in captions], device)
        photo = torch.arange(len(photos), device=device)
        own = photo[:, None] == photo.repeat_interleave(len(photos.captions[0]))
        return recalls(pictures @ texts.T, own) | {"zero_shot_accuracy": self._zero_shot(model, device)}

    def _zero_shot(self, model: Clip, device: torch.device) -> Metric:
        classes = datasets.CLASSES["cifar10"]
        split = datasets.load("cifar10").test
        numbers = [classes.index(name) for name in UNNAMED]
        chosen = np.isin(split.labels, numbers)
        framed = np.stack([squeezed(image.transpose(1, 2, 0), model.side) for image in split.images[chosen]])
        pictures = embed_pictures(model, torch.from_numpy(framed).to(device)).cpu().numpy()
        return zero_shot(model, pictures, UNNAMED, PHOTOS, np.searchsorted(numbers, split.labels[chosen]), device)

    def derive(self, model: Clip, device: torch.device) -> dict[str, Tensor]:
        """`gallery`: the vectors of the gallery's scenes, (600, D)."""
        return gallery_vectors(model, device)


def gallery_vectors(model: Clip, device: torch.device) -> dict[str, Tensor]:
    """`gallery`: the vectors of the gallery's scenes, (600, D)."""
    return {"gallery": embed_pictures(model, torch.from_numpy(gallery.pictures(model.side)).to(device))}


def embedded(model: Clip, texts: Sequence[str], device: torch.device) -> Tensor:
    """Unit vectors (B, D) of any number of texts."""
    numbers = model.tokenizer(texts).numbers.to(device)
    return torch.cat([model.texts(part) for part in numbers.split(4 * AT_ONCE)])


def recalls(similarities: Tensor, right: Tensor) -> dict[str, Metric]:
    """Recall at 1, 5 and 10 both ways: similarities (pictures, texts), and which of them belong together, bool.

    Only queries with a right answer count.
    """
    found = {}
    for way, scores, owned in (
        ("text_to_image", similarities.T, right.T),
        ("image_to_text", similarities, right),
    ):
        places = ranks(scores, owned)[owned.any(1)]
        found |= {f"recall_at_{k}_{way}": Metric(round(recall(places, k), 4), len(places)) for k in DEPTHS}
    return found


def zero_shot(
    model: Clip, pictures: np.ndarray, names: Sequence[str], templates: Sequence[str], labels: np.ndarray,
    device: torch.device,
) -> Metric:  # fmt: skip
    """The share of pictures, given as vectors (N, D), whose class's name is the nearest of all names."""
    sentences = [sentence for row in filled(templates, names) for sentence in row]
    vectors = embedded(model, sentences, device).cpu().numpy().reshape(len(names), len(templates), -1)
    found = (pictures @ classifier(vectors).T).argmax(1)
    return Metric(round(float((found == labels).mean()), 4), len(labels))
