"""The figures on the cards of the editing models."""

from dataclasses import dataclass

import torch
from torch import nn

from engine.cards import Metric
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.reading import attributes_right, same, scenes_in
from engine.editing.scene_batches import held_out, pictures_of
from engine.editing.scene_judge import SceneJudge
from engine.metrics import squared_errors
from engine.scenes import HELD_OUT, PAIRS, Scene, caption, negative

PICTURES = 1000
SWAPS = ("colours", "relation", "order", "count")


@dataclass(frozen=True)
class JudgeEvaluation:
    """How far the judge can be trusted, on scenes that it never saw.

    `attributes_right`: of all attributes of all things, those found. `scenes_right`: scenes without any mistake.
    `true_captions_hold` and `false_captions_fail`: verdicts on captions that are true of the scene, and on hard
    negatives, in what the judge read.
    """

    def __call__(self, model: SceneJudge, device: torch.device) -> dict[str, Metric]:
        truths = held_out(PICTURES, PAIRS)
        found = scenes_in(pictures_of(truths, device), model)
        pairs = list(zip(truths, found, strict=True))
        said = [(caption(truth, i), truth, read) for i, (truth, read) in enumerate(pairs)]
        false = [(negative(c, truth, SWAPS[i % 4], i), read) for i, (c, truth, read) in enumerate(said)]
        return {
            "attributes_right": _share([attributes_right(truth, read) for truth, read in pairs]),
            "scenes_right": _share([same(truth, read) for truth, read in pairs]),
            "true_captions_hold": _share([c.claim.holds(read) for c, _, read in said]),
            "false_captions_fail": _share([not c.claim.holds(read) for c, read in false if c]),
        }


@dataclass(frozen=True)
class AutoencoderEvaluation:
    """Error per pixel, and how much the judge finds right in what comes out, combinations never seen included."""

    judge: str

    def __call__(self, model: SceneAutoencoder, device: torch.device) -> dict[str, Metric]:
        seen, unseen = (self._passed(model, held_out(PICTURES, pairs), device) for pairs in (PAIRS, HELD_OUT))
        return seen | {f"{name}_held_out": metric for name, metric in unseen.items()}

    def _passed(self, model: nn.Module, truths: list[Scene], device: torch.device) -> dict[str, Metric]:
        x = pictures_of(truths, device)
        decoded = torch.cat([model(part) for part in x.split(250)])
        found = scenes_in(decoded, self.judge)
        right = [attributes_right(truth, read) for truth, read in zip(truths, found, strict=True)]
        return {"mse": _share(squared_errors(x, decoded).tolist()), "attributes_right": _share(right)}


def _share(values: list[float | bool]) -> Metric:
    return Metric(float(f"{sum(values) / len(values):.4g}"), len(values))
