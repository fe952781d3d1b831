"""What a CLIP learns from at each point of its training.

A batch is a function of the share of the training done, so that what is seen may change on the way (first small
pictures, then larger ones) and a run that is resumed still sees the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import datasets
from engine.clip import data
from engine.clip.augmentation import View
from engine.clip.prompts import PHOTOS, filled
from engine.clip.tokenizer import Tokenizer
from engine.clip.towers import PADDING
from engine.training import Recipe

NAMED = ("bird", "cat", "deer", "dog", "frog", "truck")
"""Classes of CIFAR-10 whose pictures are learned from; the other four are kept for the zero-shot test."""


@dataclass(frozen=True)
class Pairs:
    """Pictures (B, 3, s, s) in 0…1, and their texts: tokens (B, K, L), K for each picture.

    `false` are tokens (B, L) of a sentence about each picture that is wrong, nothing but padding where there is none.
    """

    pictures: Tensor
    texts: Tensor
    false: Tensor | None = None


@dataclass(frozen=True)
class Classes:
    """Pictures (B, 3, s, s) in 0…1, the classes' names as tokens (C, L), and the class of each picture (B,).

    `texts` (N, K, L) are captions of other pictures, K of each, that are not shown: what means the same is learned
    from them.
    """

    pictures: Tensor
    names: Tensor
    labels: Tensor
    texts: Tensor


Batch = Callable[[float], Pairs | Classes]
"""Share of the training done, 0…1 → what is learned from."""


@dataclass(frozen=True)
class PhotoBatches:
    """First CIFAR-10's `NAMED` classes by name, and captions alone, up to `begun` of the training; then captioned
    photos, `captions` of each picture's five, in a size that grows as `sides` say: (from which share on, height and
    width). A `dropped` part of the words is left out."""

    parts: tuple[str, ...] = data.TRAIN
    begun: float = 0.15
    sides: tuple[tuple[float, int], ...] = ((0.0, 48), (0.5, 64), (0.85, 96))
    captions: int = 2
    dropped: float = 0.1
    view: View = View()

    def __call__(self, recipe: Recipe, device: torch.device) -> Iterator[Batch]:
        n = recipe.budget.batch
        tokenizer = Tokenizer(recipe.config["tokenizer"], recipe.config["texts"]["context"])
        photos, texts = captioned(data.flickr8k(self.parts), tokenizer)
        things = named_classes() if self.begun else None

        def batch(progress: float) -> Pairs | Classes:
            chosen = torch.randint(len(photos), (n,))
            said = torch.rand(n, texts.shape[1]).topk(self.captions, 1).indices  # (n, K) different captions
            picked = trimmed(drop(texts[chosen[:, None], said], self.dropped))
            if progress < self.begun:
                return self._named(things, tokenizer, picked, device)
            pictures = self.view(photos[chosen], self._side(progress))
            return Pairs(pictures.to(device), picked.to(device))

        while True:
            yield batch

    def _side(self, progress: float) -> int:
        return next(side for begin, side in reversed(self.sides) if progress >= begin)

    def _named(
        self, things: tuple[Tensor, Tensor], tokenizer: Tokenizer, texts: Tensor, device: torch.device
    ) -> Classes:
        images, labels = things
        chosen = torch.randint(len(images), (2 * len(texts),))
        template = PHOTOS[int(torch.randint(len(PHOTOS), ()))]
        names = tokenizer([sentence for (sentence,) in filled([template], NAMED)]).numbers
        pictures = self.view(images[chosen], images.shape[-1])
        return Classes(pictures.to(device), names.to(device), labels[chosen].to(device), texts.to(device))


def captioned(photos: data.CaptionedPhotos, tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    """Pictures uint8 (N, 3, S, S) and the tokens of their captions (N, K, L)."""
    k = len(photos.captions[0])
    tokens = tokenizer([text for captions in photos.captions for text in captions]).numbers
    return torch.from_numpy(photos.images), tokens.view(len(photos), k, -1)


def named_classes() -> tuple[Tensor, Tensor]:
    """CIFAR-10's training pictures uint8 (N, 3, 32, 32) of the `NAMED` classes, labels in their order. Raises
    `MissingData`."""
    split, classes = datasets.load("cifar10").train, datasets.CLASSES["cifar10"]
    number = np.full(len(classes), -1)
    for i, name in enumerate(NAMED):
        number[classes.index(name)] = i
    labels = number[split.labels]
    return torch.from_numpy(split.images[labels >= 0]), torch.from_numpy(labels[labels >= 0])


def drop(tokens: Tensor, share: float) -> Tensor:
    """Leave a `share` of the tokens out, never the end of a text, whose number is 1."""
    return tokens.masked_fill((torch.rand(tokens.shape) < share) & (tokens > 1), PADDING)


def trimmed(tokens: Tensor) -> Tensor:
    """Tokens (…, L) without the places where no text has any."""
    return tokens[..., : int((tokens != PADDING).flatten(0, -2).any(0).nonzero().max()) + 1]
