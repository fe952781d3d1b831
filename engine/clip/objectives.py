"""What a CLIP minimises. An objective takes (model, batch, share of the training done)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.clip.batches import Batch, Classes, Pairs
from engine.clip.losses import info_nce
from engine.clip.networks import Clip
from engine.clip.towers import PADDING


@dataclass(frozen=True)
class Contrast:
    """Symmetric InfoNCE of pictures and texts, plus `texts` times that of two texts of the same picture."""

    texts: float = 0.3

    def __call__(self, model: Clip, batch: Batch, progress: float) -> dict[str, Tensor]:
        given = batch(progress)
        pictures = model.pictures(given.pictures.contiguous(memory_format=torch.channels_last))
        learn = self._names if isinstance(given, Classes) else self._pairs
        return learn(model, pictures, given)

    def _names(self, model: Clip, pictures: Tensor, given: Classes) -> dict[str, Tensor]:
        """Each picture chooses the name of its class; each caption another one of the same photo."""
        names, texts = model.texts(given.names), self._several(model, given.texts)
        with exact(pictures):
            scale = model.logit_scale()
            logits = scale * pictures @ names.T
            alike = self._alike(texts, scale)
        right = (logits.argmax(1) == given.labels).float().mean()
        return {"loss": F.cross_entropy(logits, given.labels) + alike, "alike": alike, "right": right}

    def _pairs(self, model: Clip, pictures: Tensor, given: Pairs) -> dict[str, Tensor]:
        texts = self._several(model, given.texts)
        n, k, _ = texts.shape
        with exact(pictures):
            scale = model.logit_scale()
            similarities = torch.einsum("nd,mkd->knm", pictures, texts)
            false = None if given.false is None else self._false(model, pictures, given.false)
            loss = sum(sum(info_nce(part, scale, false)) / 2 for part in similarities) / k
            total = loss + self.texts * self._alike(texts, scale) if k > 1 else loss
        right = (similarities[0].argmax(1) == torch.arange(n, device=pictures.device)).float().mean()
        found = {"loss": total, "contrastive": loss, "right": right, "scale": scale}
        if false is not None:
            known = false.isfinite()
            found["against_false"] = (similarities[0].diagonal()[:, None] > false)[known].float().mean()
        return found

    def _several(self, model: Clip, tokens: Tensor) -> Tensor:
        """Tokens (N, K, L) → unit vectors (N, K, d)."""
        return model.texts(tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2])

    def _alike(self, texts: Tensor, scale: Tensor) -> Tensor:
        """Symmetric InfoNCE of the first two texts of each picture, (N, K, d)."""
        return sum(info_nce(texts[:, 0] @ texts[:, 1].T, scale)) / 2

    def _false(self, model: Clip, pictures: Tensor, tokens: Tensor) -> Tensor:
        """Similarity of each picture with its wrong sentence, (N, 1); −∞ where there is none."""
        there = (tokens != PADDING).any(1)
        texts = model.texts(tokens[there])
        nowhere = torch.full((len(pictures), 1), -torch.inf, device=pictures.device)
        return nowhere.masked_scatter(there[:, None], (pictures[there] * texts).sum(1))


def exact(x: Tensor) -> torch.autocast:
    """No mixed precision: similarities times a scale of up to 100 need all digits."""
    return torch.autocast(x.device.type, enabled=False)
