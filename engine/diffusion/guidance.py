"""How a class steers the noise: classifier-free guidance and classifier guidance. Each makes an `EpsModel`."""

import torch
from torch import Tensor

from engine.diffusion.networks import NoisyClassifier, UNet
from engine.diffusion.samplers import EpsModel
from engine.diffusion.schedules import Schedule


def classifier_free(model: UNet, y: Tensor | None = None, w: float | Tensor = 1.0) -> EpsModel:
    """ε̃ = ε(x, ∅) + w (ε(x, y) − ε(x, ∅)) (Ho & Salimans 2022, equation 6 with 1 + their w).

    y: classes (B,), or None for no class; w: a number, or one a picture (B,). w = 0 ignores the class, w = 1 is the
    conditional model, more exaggerates. Both halves go through the network as one batch.
    """
    if y is None or not torch.is_tensor(w) and w == 0:
        return lambda x, t: model(x, _times(x, t))
    if not torch.is_tensor(w) and w == 1:
        return lambda x, t: model(x, _times(x, t), y)
    none = torch.full_like(y, model.classes)
    weight = w.view(-1, 1, 1, 1) if torch.is_tensor(w) else w

    def eps(x: Tensor, t: float) -> Tensor:
        twice = torch.cat([x, x])
        without, with_y = model(twice, _times(twice, t), torch.cat([none, y])).chunk(2)
        return without + weight * (with_y - without)

    return eps


def classifier_guided(
    model: UNet, classifier: NoisyClassifier, y: Tensor, scale: float | Tensor, schedule: Schedule
) -> EpsModel:
    """ε̃ = ε(x, ∅) − s √(1 − ᾱ) ∇ₓ log p(y|x_t) (Dhariwal & Nichol 2021, Algorithm 2)."""
    weight = scale.view(-1, 1, 1, 1) if torch.is_tensor(scale) else scale

    def eps(x: Tensor, t: float) -> Tensor:
        gradient = log_likelihood_gradient(classifier, x, t, y)
        alpha_bar = float(schedule.alpha_bar[round(t)])
        return model(x, _times(x, t)) - weight * (1 - alpha_bar) ** 0.5 * gradient

    return eps


def log_likelihood_gradient(classifier: NoisyClassifier, x: Tensor, t: float, y: Tensor) -> Tensor:
    """∇ₓ log p(y|x_t), of the shape of x."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        log_p = classifier(x, _times(x, t)).log_softmax(1)
        return torch.autograd.grad(log_p.gather(1, y[:, None]).sum(), x)[0]


def translated(eps_model: EpsModel, trained: Schedule, used: Schedule) -> EpsModel:
    """Ask a network at the time at which its own schedule is as noisy as the schedule in use."""
    if used == trained:
        return eps_model
    return lambda x, t: eps_model(x, trained.time_of(used.alpha_bar[t]))


def _times(x: Tensor, t: float) -> Tensor:
    return torch.full((len(x),), float(t), device=x.device)
