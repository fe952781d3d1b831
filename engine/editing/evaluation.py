"""The figures on the cards of the editing models. Pictures are judged by what `judge-scenes` reads in them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine import checkpoints
from engine.cards import Metric
from engine.diffusion.samplers import EpsModel, finish
from engine.editing.agreement import attributes_right, same
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.checking import attributes_of_prompt, verdict
from engine.editing.guidance import TRAINED, instructed, spoken, worded
from engine.editing.painting import noise, paint, times
from engine.editing.prompts import calm_scene, prompt
from engine.editing.reading import scenes_in
from engine.editing.scene_batches import HELD_OUT_SEED, held_out, pictures_of
from engine.editing.scene_judge import SceneJudge
from engine.editing.word_unet import WordUNet
from engine.metrics import squared_errors
from engine.scenes import HELD_OUT, PAIRS, SEEN, Scene, caption, edit, may_change, negative
from engine.scenes.edits import KINDS
from engine.scenes.truth import Pairs

PICTURES, BATCH = 1000, 100
W, W_PICTURE, STEPS = 3.0, 1.5, 25
"""What the cards' figures are measured at: both guidance scales and the number of steps."""
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


@dataclass(frozen=True)
class PainterEvaluation:
    """How well prompts are obeyed, in combinations of colour and shape that training had and in those it never had.

    `attributes_right`: of all attributes that prompts name, those that the picture has. `prompts_right`: prompts that
    hold of their picture in every word, counts and relations included.
    """

    prompts: int = 500

    def __call__(self, model: WordUNet, device: torch.device) -> dict[str, Metric]:
        unseen, seen = (self._obeyed(model, pairs) for pairs in (HELD_OUT, SEEN))
        return unseen | {f"{name}_seen": metric for name, metric in seen.items()}

    def _obeyed(self, model: WordUNet, pairs: Pairs) -> dict[str, Metric]:
        prompts = [prompt(calm_scene(HELD_OUT_SEED, n, pairs), n) for n in range(self.prompts)]
        found = scenes_in(painted(model, [p.text for p in prompts]))
        claims = [(p.claim, scene) for p, scene in zip(prompts, found, strict=True)]
        return {
            "attributes_right": _share([attributes_of_prompt(claim, scene) for claim, scene in claims]),
            "prompts_right": _share([claim.holds(scene) for claim, scene in claims]),
        }


@dataclass(frozen=True)
class EditorEvaluation:
    """How well instructions are followed.

    `edits_right`: instructions done, of all kinds and of each. `rest_kept`: of the things, and the background, that an
    instruction does not name, those that kept all their attributes and their place. `rest_error`: mean difference of
    the pixels that the edit may not touch, 0…1, and that of the autoencoder alone.
    """

    edits: int = 500

    def __call__(self, model: WordUNet, device: torch.device) -> dict[str, Metric]:
        pairs = [edit(HELD_OUT_SEED, n) for n in range(self.edits)]
        before = pictures_of([pair.before for pair in pairs], device)
        after = edited(model, before, [pair.instruction for pair in pairs])
        passed = checkpoints.companion(model.autoencoder, device)(before)
        verdicts = [verdict(pair, scene) for pair, scene in zip(pairs, scenes_in(after), strict=True)]
        kinds = {kind: [v.done for v, p in zip(verdicts, pairs, strict=True) if p.kind == kind] for kind in KINDS}
        rest = torch.from_numpy(np.stack([~may_change(pair) for pair in pairs])[:, None]).to(device)
        return {
            "edits_right": _share([v.done for v in verdicts]),
            "rest_kept": _share([v.kept for v in verdicts]),
            "rest_error": _share(_errors(after, before, rest)),
            "rest_error_of_autoencoder": _share(_errors(passed, before, rest)),
        } | {f"edits_right_{kind}": _share(done) for kind, done in kinds.items()}


@torch.no_grad()
def painted(model: WordUNet, texts: list[str], w: float = W, steps: int = STEPS, seed: int = 0) -> Tensor:
    """A picture (B, 3, 64, 64) in 0…1 of each text."""
    device = model.places.device
    x = noise(seed, len(texts), model.channels, model.side, device)
    decode = checkpoints.companion(model.autoencoder, device).decode
    rows = zip(x.split(BATCH), _parts(texts), strict=True)
    eps_models = ((worded(model, spoken(model, part), w), start) for start, part in rows)
    return torch.cat([decode(_last(eps_model, start, steps)) for eps_model, start in eps_models])


@torch.no_grad()
def edited(
    model: WordUNet, before: Tensor, texts: list[str], w: float = W, w_picture: float = W_PICTURE, steps: int = STEPS,
    seed: int = 0,
) -> Tensor:  # fmt: skip
    """Each picture (B, 3, 64, 64) in 0…1 after its instruction."""
    autoencoder = checkpoints.companion(model.autoencoder, before.device)
    x = noise(seed, len(texts), model.channels, model.side, before.device)
    pictures = []
    for start, source, part in zip(x.split(BATCH), before.split(BATCH), _parts(texts), strict=True):
        eps_model = instructed(model, spoken(model, part), autoencoder.encode(source), w, w_picture)
        pictures.append(autoencoder.decode(_last(eps_model, start, steps)))
    return torch.cat(pictures)


def _errors(x: Tensor, y: Tensor, where: Tensor) -> list[float]:
    """The mean |x − y| of each picture over the pixels `where` (B, 1, H, W) is true, of those that have any."""
    some = where.flatten(1).any(1)
    total = ((x - y).abs() * where)[some].sum((1, 2, 3))
    return (total / (x.shape[1] * where[some].sum((1, 2, 3)))).tolist()


def _last(eps_model: EpsModel, x: Tensor, steps: int) -> Tensor:
    return finish(paint(eps_model, x, TRAINED, times(steps))).x_t


def _parts(texts: list[str]) -> list[list[str]]:
    return [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]


def _share(values: list[float | bool]) -> Metric:
    return Metric(float(f"{sum(values) / len(values):.4g}"), len(values))
