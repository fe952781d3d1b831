"""The contrastive loss: each picture chooses its text among all, and each text its picture."""

import torch
from torch import Tensor
from torch.nn import functional as F


def info_nce(similarities: Tensor, scale: Tensor | float, false: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Cross-entropies of the rows and of the columns of similarities (N, N) whose pairs lie on the diagonal.

    Their mean is the loss of Radford et al. 2021, figure 3. When nothing is known both are log N. `false` (N, K) are
    the similarities of each row with sentences that are wrong about it by a word or two, −∞ where there is none: they
    stand beside the row's other wrong answers (Yuksekgonul et al. 2023, NegCLIP).
    """
    right = torch.arange(len(similarities), device=similarities.device)
    rows = similarities if false is None else torch.cat([similarities, false], 1)
    return F.cross_entropy(scale * rows, right), F.cross_entropy(scale * similarities.T, right)


def ranks(similarities: Tensor, owners: Tensor) -> Tensor:
    """How many wrong candidates come before the best right one: similarities (Q, C), owners bool (Q, C) → (Q,).

    Of equal scores the wrong one counts as before the right one, so that a model without an opinion earns nothing.
    """
    best = similarities.masked_fill(~owners, -torch.inf).amax(1, keepdim=True)
    return ((similarities >= best) & ~owners).sum(1)


def recall(ranks: Tensor, k: int) -> float:
    """The share of queries with a right answer among their first k."""
    return float((ranks < k).float().mean())
