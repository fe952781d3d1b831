"""Batches of drawn scenes with a true sentence each, and one that is wrong by a word or two."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.clip import scene_pairs
from engine.clip.batches import Batch, Pairs, trimmed
from engine.clip.tokenizer import Tokenizer
from engine.training import Recipe


@dataclass(frozen=True)
class SceneBatches:
    """From `drawn` scenes with `said` sentences each; no combination of colour and shape in `HELD_OUT` occurs."""

    drawn: int = 24_000
    said: int = 4

    def __call__(self, recipe: Recipe, device: torch.device) -> Iterator[Batch]:
        tokenizer = Tokenizer(recipe.config["tokenizer"], recipe.config["texts"]["context"])
        pool = scene_pairs.pool(recipe.seed, self.drawn, self.said, recipe.config["side"], tokenizer)
        n = recipe.budget.batch

        def batch(progress: float) -> Pairs:
            chosen, sentence = torch.randperm(len(pool))[:n], torch.randint(self.said, (n,))
            false = one_of(pool.negatives[chosen, sentence], pool.false[chosen, sentence])
            pictures = pool.pictures[chosen].float() / 255
            texts = trimmed(pool.captions[chosen, sentence])
            return Pairs(pictures.to(device), texts.long().to(device)[:, None], trimmed(false).long().to(device))

        while True:
            yield batch


def one_of(negatives: Tensor, false: Tensor) -> Tensor:
    """One of each row's negatives (B, A, L) that exist, as `false` (B, A) says: (B, L), all padding without any."""
    lot = torch.rand(false.shape).masked_fill(~false, -1)
    return negatives[torch.arange(len(false)), lot.argmax(1)] * false.any(1, keepdim=True)
