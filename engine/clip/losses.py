"""The contrastive loss: each picture chooses its text among all, and each text its picture."""

import torch
from torch import Tensor
from torch.nn import functional as F


def info_nce(similarities: Tensor, scale: Tensor | float) -> tuple[Tensor, Tensor]:
    """Cross-entropies of the rows and of the columns of similarities (N, N) whose pairs lie on the diagonal.

    Their mean is the loss of Radford et al. 2021, figure 3. When nothing is known both are log N.
    """
    logits, right = scale * similarities, torch.arange(len(similarities), device=similarities.device)
    return F.cross_entropy(logits, right), F.cross_entropy(logits.T, right)


def against_negatives(positive: Tensor, negatives: Tensor, known: Tensor, scale: Tensor | float) -> Tensor:
    """Cross-entropy of choosing the true text among the true and the false ones of the same picture.

    `positive` (N,) and `negatives` (N, K) are similarities; `known` (N, K) says which of the negatives exist. Pictures
    without any count nothing.
    """
    logits = scale * torch.cat([positive[:, None], negatives.masked_fill(~known, -torch.inf)], 1)
    losses = -logits.log_softmax(1)[:, 0]
    has = known.any(1)
    return losses.masked_fill(~has, 0).sum() / has.sum().clamp(min=1)


def ranks(similarities: Tensor, owners: Tensor) -> Tensor:
    """How many wrong candidates come before the best right one: similarities (Q, C), owners bool (Q, C) → (Q,).

    Of equal scores the wrong one counts as before the right one, so that a model without an opinion earns nothing.
    """
    best = similarities.masked_fill(~owners, -torch.inf).amax(1, keepdim=True)
    return ((similarities >= best) & ~owners).sum(1)


def recall(ranks: Tensor, k: int) -> float:
    """The share of queries with a right answer among their first k."""
    return float((ranks < k).float().mean())
