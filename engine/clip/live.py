"""Training in the page: a tiny CLIP learns which sentence belongs to which scene while one watches its matrix."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.clip import scene_pairs
from engine.clip.batches import Pairs, trimmed
from engine.clip.losses import ranks, recall
from engine.clip.networks import Clip
from engine.clip.objectives import Contrast
from engine.operations import operation
from engine.training import Budget, Run

DRAWN, SIDE, SHOWN_SIDE = 3000, 32, 64
"""Scenes to learn from, the side of the pictures that the tower sees, and of those that are looked at."""
SAID = ("list",)
CONFIG = {
    "side": SIDE,
    "d": 64,
    "tokenizer": "scenes",
    "pictures": {"widths": [32, 48, 64], "blocks": [1, 1, 1]},
    "texts": {"context": 48, "width": 64, "layers": 1, "heads": 2},
}


@dataclass(frozen=True)
class LivePairs:
    """The state of a live training.

    `history` holds the steps and losses since the last record; `pictures` uint8 (N, 64, 64, 3) and their `captions` are
    a batch that training never shows, `similarities` float16 (N, N) what the model, its running average, makes of it,
    a row a picture; `recall_at_1` is the share of these pictures whose own caption is the nearest.
    """

    step: int
    steps: int
    seconds: float
    history: list[dict[str, float]]
    similarities: np.ndarray
    logit_scale: float
    recall_at_1: float
    pictures: np.ndarray
    captions: list[str]


@operation()
def train_pairs(
    device: torch.device, steps: int, seed: int, lr: float = 3e-3, batch: int = 64, shown: int = 16
) -> Iterator[LivePairs]:
    """Train a tiny CLIP on drawn scenes and lists of what they show, with a record about twice a second. Raises
    `ValueError`."""
    if not (1 <= steps <= 20_000 and 1e-5 <= lr <= 0.1 and 2 <= batch <= 256 and 2 <= shown <= 64):
        raise ValueError(
            "Steps lie in 1…20,000, learning rate in 0.00001…0.1, pairs a batch in 2…256, pairs to watch in 2…64."
        )
    torch.manual_seed(seed)
    run = Run(Clip(**CONFIG), Contrast(texts=0), Budget(steps, batch, lr, 0.01, warmup=30, ema=0.98), device)
    watched = _Watched(run.model, seed + 1, shown, device)
    yield watched.record(run, [])
    history, last = [], time.perf_counter()
    for progress in run.stream(_batches(run.model, seed, batch, device), every=5):
        history.append({"step": progress.step, **progress.losses})
        if time.perf_counter() - last > 0.5 or progress.step == steps:
            yield watched.record(run, history)
            history, last = [], time.perf_counter()


def _batches(model: Clip, seed: int, n: int, device: torch.device) -> Iterator:
    drawn = scene_pairs.pool(seed, DRAWN, 1, SIDE, model.tokenizer, SAID)

    def batch(progress: float) -> Pairs:
        chosen = torch.randperm(len(drawn))[:n]
        texts = trimmed(drawn.captions[chosen].long())
        return Pairs((drawn.pictures[chosen].float() / 255).to(device), texts.to(device))

    while True:
        yield batch


class _Watched:
    """A batch that is looked at in each record, and never learned from."""

    def __init__(self, model: Clip, seed: int, n: int, device: torch.device):
        seen = scene_pairs.pool(seed, n, 1, SIDE, model.tokenizer, SAID)
        large = scene_pairs.pool(seed, n, 1, SHOWN_SIDE, model.tokenizer, SAID)
        self.pictures, self.tokens = (seen.pictures.float() / 255).to(device), seen.captions[:, 0].long().to(device)
        self.shown = large.pictures.permute(0, 2, 3, 1).contiguous().numpy()
        self.captions = [text for (text,) in seen.texts]

    @torch.no_grad()
    def record(self, run: Run, history: list[dict[str, float]]) -> LivePairs:
        similarities: Tensor = run.ema.pictures(self.pictures) @ run.ema.texts(self.tokens).T
        own = torch.eye(len(similarities), dtype=torch.bool, device=similarities.device)
        return LivePairs(
            step=run.step,
            steps=run.budget.steps,
            seconds=run.seconds,
            history=history,
            similarities=similarities.half().cpu().numpy(),
            logit_scale=float(run.ema.logit_scale()),
            recall_at_1=recall(ranks(similarities, own), 1),
            pictures=self.shown,
            captions=self.captions,
        )
