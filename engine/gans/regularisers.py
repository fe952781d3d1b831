"""Cures that act on the discriminator: penalties on its gradient, and views of a whole batch.

A discriminator is a function x (…, B, F) → logits (…, B), or of pictures x (B, C, H, W) → (B,). A penalty is the mean
over the last axis of the logits, and its graph is kept, so it can be trained.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Discriminator = Callable[[Tensor], Tensor]


def squared_slope(logits: Tensor, x: Tensor) -> Tensor:
    """‖∇ₓ D(x)‖² of each point: the logits' shape. Every logit must come from its own point alone."""
    (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return slope.square().flatten(logits.ndim).sum(-1)


def gradient_penalty(discriminator: Discriminator, real: Tensor, fake: Tensor, eps: Tensor) -> Tensor:
    """E(‖∇D(x̂)‖ − 1)² at x̂ = ε x + (1 − ε) G(z): WGAN-GP, Gulrajani et al. 2017, equation 3; ε broadcasts to x."""
    x = (eps * real + (1 - eps) * fake).detach().requires_grad_()
    return ((squared_slope(discriminator(x), x) + 1e-12).sqrt() - 1).square().mean(-1)


def r1(discriminator: Discriminator, real: Tensor) -> Tensor:
    """½ E‖∇D(x)‖² on the data: Mescheder et al. 2018, equation 9, without γ."""
    x = real.detach().requires_grad_()
    return squared_slope(discriminator(x), x).mean(-1) / 2


def r2(discriminator: Discriminator, fake: Tensor) -> Tensor:
    """½ E‖∇D(G(z))‖² on what is generated: Mescheder et al. 2018, equation 10, without γ."""
    return r1(discriminator, fake)


def minibatch_stddev(features: Tensor, group: int = 4) -> Tensor:
    """One more feature, the spread of each group of the batch: Karras et al. 2018, section 3.

    (…, B, F) → (…, B, F + 1): the standard deviation over every `group` neighbours, averaged over the features.
    B must be a multiple of the group.
    """
    groups = features.unflatten(-2, (-1, group))  # (…, B / group, group, F)
    spread = (groups.var(-2, correction=0) + 1e-8).sqrt().mean(-1)  # (…, B / group)
    return torch.cat([features, spread.repeat_interleave(group, -1)[..., None]], -1)


def packed(x: Tensor, m: int) -> Tensor:
    """Each point together with the m − 1 after it, so that a lack of variety shows: PacGAN, Lin et al. 2018.

    (…, B, F) → (…, B, m · F). The packs wrap around, so B points make B packs, each of m independent points.
    """
    return torch.cat([x.roll(-i, -2) for i in range(m)], -1)


def spectrally_normal(weight: Tensor, u: Tensor, rounds: int = 1) -> tuple[Tensor, Tensor]:
    """W / σ(W) and the next u: one round of power iteration a step, Miyato et al. 2018, Algorithm 1.

    `weight` (…, in, out); `u` (…, out), the running guess of the right singular vector, is no part of the graph.
    """
    with torch.no_grad():
        for _ in range(rounds):
            v = _unit(weight @ u[..., None])  # (…, in, 1)
            u = _unit(weight.mT @ v)[..., 0]
    sigma = v.mT @ weight @ u[..., None]  # (…, 1, 1)
    return weight / sigma.clamp(min=1e-12), u


def _unit(column: Tensor) -> Tensor:
    return column / column.norm(dim=-2, keepdim=True).clamp(min=1e-12)
