"""CLIP: two towers and a learned temperature (Radford et al. 2021, figure 3)."""

from math import log
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.clip.tokenizer import Tokenizer
from engine.clip.towers import PictureTower, TextTower

WARMEST = log(100)
"""The logit scale e^s does not rise above 100, as in the paper (section 2.5)."""


class Clip(nn.Module):
    """Pictures and texts → unit vectors (B, d); their similarity is the cosine.

    `side` is the height and width of the pictures, `tokenizer` the name of the vocabulary.
    """

    def __init__(self, side: int, d: int, tokenizer: str, pictures: dict[str, Any], texts: dict[str, Any]):
        super().__init__()
        self.side, self.d = side, d
        self.tokenizer = Tokenizer(tokenizer, texts["context"])
        self.picture_tower = PictureTower(d=d, **pictures)
        self.text_tower = TextTower(d=d, vocabulary=len(self.tokenizer), **texts)
        self.log_scale = nn.Parameter(torch.tensor(log(1 / 0.07)))

    def pictures(self, x: Tensor) -> Tensor:
        """Pictures (B, 3, S, S) in 0…1 → unit vectors (B, d)."""
        return F.normalize(self.picture_tower(x).float(), dim=-1)

    def texts(self, tokens: Tensor) -> Tensor:
        """Tokens int64 (B, L), filled up with `PADDING` → unit vectors (B, d)."""
        return F.normalize(self.text_tower(tokens).float(), dim=-1)

    def logit_scale(self) -> Tensor:
        """What similarities are multiplied by before the softmax: 1 / temperature."""
        return self.log_scale.clamp(max=WARMEST).exp()


def build(kind: str, **config: Any) -> Clip:
    """An untrained network from the words and numbers on a card."""
    if kind != "clip":
        raise ValueError(f"There is no kind '{kind}' here; known is clip.")
    return Clip(**config)
