"""The figures of a CLIP of drawn scenes, where it is known of every sentence whether it holds of a picture."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import scenes
from engine.cards import Metric
from engine.clip.evaluation import embedded, gallery_vectors, recalls, zero_shot
from engine.clip.networks import Clip
from engine.clip.operations import embed_pictures
from engine.clip.prompts import SCENES
from engine.scenes.negatives import ALTERATIONS

SEED = 90_210
"""Of the scenes that are measured on; training has others."""


@dataclass(frozen=True)
class SceneEvaluation:
    """On `measured` scenes with a sentence each: recall, where an answer is right if the sentence holds of the scene;
    the share that is right against a sentence wrong by a word or two; and the held-out combinations, among all 64."""

    measured: int = 1000
    alone: int = 400

    def __call__(self, model: Clip, device: torch.device) -> dict[str, Metric]:
        shown = [scenes.scene(SEED, n) for n in range(self.measured)]
        said = [scenes.caption(scene, SEED + n) for n, scene in enumerate(shown)]
        pictures, texts = self._seen(model, shown, device), embedded(model, [s.text for s in said], device)
        holds = torch.tensor([[caption.claim.holds(scene) for caption in said] for scene in shown], device=device)
        found = recalls(pictures @ texts.T, holds)
        return found | self._against_false(model, shown, said, pictures, texts) | self._held_out(model, device)

    def _seen(self, model: Clip, shown: list[scenes.Scene], device: torch.device) -> Tensor:
        drawn = scenes.draw_all(shown, model.side).image.transpose(0, 2, 3, 1).copy()
        return embed_pictures(model, torch.from_numpy(drawn).to(device))

    def _against_false(
        self, model: Clip, shown: list[scenes.Scene], said: list[scenes.Caption], pictures: Tensor, texts: Tensor
    ) -> dict[str, Metric]:
        """How often a sentence is nearer to its picture than the same sentence made false; ½ by chance."""
        own, found, total, right = (pictures * texts).sum(1), {}, 0, 0.0
        for kind in ALTERATIONS:
            lies = [scenes.negative(caption, scene, kind, SEED) for caption, scene in zip(said, shown, strict=True)]
            there = [n for n, lie in enumerate(lies) if lie]
            false = embedded(model, [lies[n].text for n in there], pictures.device)
            wins = (own[there] > (pictures[there] * false).sum(1)).float()
            found[f"right_against_{kind}"] = Metric(round(float(wins.mean()), 4), len(there))
            total, right = total + len(there), right + float(wins.sum())
        return {"right_against_false": Metric(round(right / total, 4), total)} | found

    def _held_out(self, model: Clip, device: torch.device) -> dict[str, Metric]:
        """Single things of the eight combinations that training never shows, told by name among all combinations."""
        many = (scenes.scene(SEED, n, scenes.HELD_OUT) for n in range(8 * self.alone))
        shown = [scene for scene in many if len(scene.things) == 1][: self.alone]
        labels = [scenes.PAIRS.index((scene.things[0].colour, scene.things[0].shape)) for scene in shown]
        names = [f"{colour} {shape}" for colour, shape in scenes.PAIRS]
        pictures = self._seen(model, shown, device).cpu().numpy()
        return {"zero_shot_accuracy": zero_shot(model, pictures, names, SCENES, np.array(labels), device)}

    def derive(self, model: Clip, device: torch.device) -> dict[str, Tensor]:
        """`gallery`: the vectors of the gallery's scenes, (600, D)."""
        return gallery_vectors(model, device)
