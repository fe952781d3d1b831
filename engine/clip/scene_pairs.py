"""Drawn scenes with what can be said of them, true and false, as tensors: a pool to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine import scenes
from engine.clip.tokenizer import Tokenizer
from engine.scenes.captions import KINDS
from engine.scenes.negatives import ALTERATIONS


@dataclass(frozen=True)
class ScenePool:
    """Pictures uint8 (N, 3, S, S); tokens of K captions of each (N, K, L); and of each caption's hard negatives, one a
    kind of alteration, (N, K, A, L), with `false` (N, K, A) where there is one. `texts` are the captions in words."""

    pictures: Tensor
    captions: Tensor
    negatives: Tensor
    false: Tensor
    texts: list[list[str]]

    def __len__(self) -> int:
        return len(self.pictures)


def pool(
    seed: int, n: int, k: int, side: int, tokenizer: Tokenizer, kinds: Sequence[str] = KINDS,
    pairs: scenes.composing.Pairs = scenes.SEEN,
) -> ScenePool:  # fmt: skip
    """Scenes 0…n − 1 of a seed with k captions each, of some `kinds`; the same for the same arguments."""
    drawn = [scenes.scene(seed, i, pairs) for i in range(n)]
    said = [[scenes.caption(scene, _seed(seed, k * i + j), kinds) for j in range(k)] for i, scene in enumerate(drawn)]
    altered = [
        [scenes.negative(caption, scene, kind, i) for kind in ALTERATIONS]
        for i, scene in enumerate(drawn)
        for caption in said[i]
    ]
    words = [caption.text for captions in said for caption in captions]
    lies = [lie.text if lie else "" for row in altered for lie in row]
    numbers = tokenizer(words + lies).numbers.short()
    return ScenePool(
        torch.from_numpy(scenes.draw_all(drawn, side).image),
        numbers[: n * k].view(n, k, -1),
        numbers[n * k :].view(n, k, len(ALTERATIONS), -1),
        torch.tensor([[lie is not None for lie in row] for row in altered]).view(n, k, -1),
        [[caption.text for caption in captions] for captions in said],
    )


def _seed(seed: int, n: int) -> int:
    """The seed of sentence n, so that two pools with different seeds share none."""
    return 1_000_003 * seed + n
