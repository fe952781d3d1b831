"""The U-Net that paints from words: it predicts v in the code of a scene, and looks at the text at each level."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.diffusion.networks import GROUPS, ResidualBlock, sinusoids
from engine.editing.attention import Text, TextEncoder, Transformer, Watch, pooled
from engine.editing.tokens import LENGTH, TOKENS

HEADS = 4


class Stage(nn.Module):
    """A residual block and a transformer, both at one resolution."""

    def __init__(self, name: str, inputs: int, width: int, condition: int, text: int):
        super().__init__()
        self.block = ResidualBlock(inputs, width, condition)
        self.transformer = Transformer(name, width, text, HEADS)

    def forward(self, x: Tensor, condition: Tensor, text: Text, watch: Watch | None) -> Tensor:
        return self.transformer(self.block(x, condition), text, watch)


class WordUNet(nn.Module):
    """v̂(x_t, t, text): the velocity in the code x_t (B, channels, side, side) at times t (B,), given what was said.

    As in latent diffusion (Rombach et al. 2022): places are queries, words are keys and values. 2 × 2 numbers are
    folded into channels first; below lies one level of half the resolution. With `edits` the code of the picture to be
    edited is stacked onto x_t (InstructPix2Pix, Brooks et al. 2023, section 3.2); zeros stand for no picture. Codes are
    those of the `autoencoder`.
    """

    patch = 2

    def __init__(self, channels: int, side: int, width: int, text: int, edits: bool, autoencoder: str):
        super().__init__()
        self.channels, self.side, self.edits, self.autoencoder, self.width = channels, side, edits, autoencoder, width
        folded, condition = channels * self.patch**2, 2 * width
        self.words = TextEncoder(TOKENS, LENGTH, text, layers=2, heads=HEADS)
        self.time = nn.Sequential(nn.Linear(width, condition), nn.SiLU(), nn.Linear(condition, condition))
        self.gist = nn.Linear(text, condition)
        self.fold, self.unfold = nn.PixelUnshuffle(self.patch), nn.PixelShuffle(self.patch)
        self.stem = nn.Conv2d(folded * (1 + edits), width, 3, padding=1)
        self.places = nn.Parameter(torch.zeros(width, side // self.patch, side // self.patch))
        self.down = Stage("down", width, width, condition, text)
        self.shrink = nn.Conv2d(width, width, 2, 2)
        self.middle = Stage("middle", width, width, condition, text)
        self.up = Stage("up", width, width, condition, text)
        self.norm, self.head = nn.GroupNorm(GROUPS, width), nn.Conv2d(width, folded, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def read(self, tokens: Tensor) -> Text:
        """Tokens (B, LENGTH) as the network wants them; once for a whole run."""
        return self.words(tokens)

    def forward(
        self, x_t: Tensor, t: Tensor, text: Text, source: Tensor | None = None, watch: Watch | None = None
    ) -> Tensor:
        if self.edits:
            x_t = torch.cat([x_t, torch.zeros_like(x_t) if source is None else source], 1)
        condition = F.silu(self.time(sinusoids(t, self.width)) + self.gist(pooled(text)))
        h = self.stem(self.fold(x_t)) + self.places  # (B, width, side/2, side/2)
        h = skip = self.down(h, condition, text, watch)
        h = self.middle(self.shrink(h), condition, text, watch)  # (B, width, side/4, side/4)
        h = self.up(F.interpolate(h, scale_factor=2.0) + skip, condition, text, watch)
        return self.unfold(self.head(F.silu(self.norm(h)))).float()
