"""What the page /diffusion asks of a model. Pictures travel as float16 (B, C, H, W) in −1…1."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import checkpoints
from engine.devices import mixed_precision
from engine.diffusion import public
from engine.diffusion.guidance import classifier_free, classifier_guided, translated
from engine.diffusion.networks import UNet
from engine.diffusion.pixels import inputs_of, limit_of, pictures_of
from engine.diffusion.public import PublicModel
from engine.diffusion.samplers import SAMPLERS, Step, finish, invert, timed
from engine.diffusion.schedules import COSINE, SCHEDULES, Schedule
from engine.operations import operation

TRAINED = COSINE
"""The schedule that every published model was trained with."""
MOST_PUBLIC = 16
"""How many pictures of a public model are painted at once: some are large."""


@dataclass(frozen=True)
class Frame:
    """One moment of a run for the page: step `step` of `steps` at time t, float16 pictures (B, C, H, W) in −1…1.

    `eps_hat` is noise of unit variance; for a latent model it is the sum over its channels. `x` is the state itself,
    float32 (B, channels, side, side), and only in the last frame. `calls` counts pictures sent through the network.
    """

    step: int
    steps: int
    t: int
    alpha_bar: float
    x_t: np.ndarray
    x0_hat: np.ndarray
    eps_hat: np.ndarray
    calls: int
    seconds: float
    x: np.ndarray | None = None


class Asked:
    """A network as a sampler asks it: in the fastest precision, and counting the pictures it is asked about."""

    def __init__(self, model: UNet | PublicModel):
        self.model, self.classes, self.calls = model, model.classes, 0

    def __call__(self, x: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        self.calls += len(x)
        with mixed_precision(x.device, len(x)):
            return self.model(x, t, y).float()


@operation()
def denoise(
    model: UNet, x_T: Tensor, seed: int, steps: int = 50, sampler: str = "ddim", classes: Tensor | None = None,
    w: float | Tensor = 1.0, classifier: str = "", schedule: str = "cosine", mismatch: bool = False, every: int = 1,
    start: int | None = None, limit: float | None = None, **options,
) -> Iterator[Frame]:  # fmt: skip
    """Denoise x_T (B, channels, side, side) in `steps` steps, yielding every `every`-th, the first and the last.

    classes (B,) or None for no class; w is the guidance, one number or (B,). With the name of a noisy `classifier`,
    w scales its gradient instead. `schedule` may be another one than in training: the network is then asked at the time
    of equal noise, unless `mismatch` asks it at the same t by mistake. `start` is the time of x_T if it is not T, and
    `limit` another bound of |x̂₀| than the model's own. `options` go to the sampler. Raises `ValueError`
    for what makes no sense, `FloatingPointError` when the numbers run away.
    """
    check(model, x_T, sampler, classes, schedule)
    used = SCHEDULES[schedule]
    visits, network = used.visits(steps, start), Asked(model)
    if classifier:
        guide = checkpoints.companion(classifier, x_T.device)
        eps_model = classifier_guided(network, guide, classes, w, TRAINED)
    else:
        eps_model = classifier_free(network, classes, w)
    if not mismatch:
        eps_model = translated(eps_model, TRAINED, used)
    generator = torch.Generator(x_T.device).manual_seed(seed)
    limit = limit_of(model) if limit is None else limit
    run = SAMPLERS[sampler](eps_model, x_T.float(), used, visits, generator, limit=limit, **options)
    yield from _frames(run, model, network, used, steps, every)


@operation(apart=True)
def fetch_public(device: torch.device, source: str) -> Iterator[public.Fetched]:
    """Bring a public model from the hub to this machine, reporting on the way. Raises `NoPublicModel`."""
    yield from public.fetch(source)


@operation()
def denoise_public(
    device: torch.device, source: str, pictures: int, seed: int, steps: int = 50, sampler: str = "ddim",
    label: int = 0, every: int = 1, **options,
) -> Iterator[Frame]:  # fmt: skip
    """Denoise `pictures` pictures with the diffusers pipeline in a folder or fetched from the hub, as `denoise` does.

    `label` is the class, for a model that is told one. Raises `NoPublicModel`, `ValueError`, `FloatingPointError`.
    """
    if not 1 <= pictures <= MOST_PUBLIC:
        raise ValueError(f"The number of pictures must lie in 1…{MOST_PUBLIC}.")
    model = public.load(source, device)
    generator = torch.Generator(device).manual_seed(seed)
    x_T = torch.randn(pictures, model.channels, model.side, model.side, generator=generator, device=device)
    classes = torch.full((pictures,), label, device=device) if model.classes else None
    check(model, x_T, sampler, classes)
    visits, network = model.schedule.visits(steps), Asked(model)
    eps_model = classifier_free(network, classes)
    run = SAMPLERS[sampler](eps_model, x_T, model.schedule, visits, generator, limit=model.limit, **options)
    yield from _frames(run, model, network, model.schedule, steps, every)


@operation()
def invert_pictures(
    model: UNet, x: Tensor, classes: Tensor, steps: int = 50, rounds: int = 0, start: int | None = None
) -> Tensor:
    """The noise (B, channels, side, side) at time `start`, by default T, from which DDIM would paint pictures
    x (B, C, 28, 28) in 0…1 of `classes`; see `invert`."""
    eps_model = classifier_free(model, classes)
    return finish(invert(eps_model, inputs_of(model, x.float()), TRAINED, TRAINED.visits(steps, start), rounds)).x_t


@operation(batched=True)
def predict_noise(model: UNet, x_t: Tensor, t: Tensor, classes: Tensor) -> Tensor:
    """ε̂ (B, C, H, W) for noised pictures at times t (B,) and classes (B,); class 10 of ten stands for none."""
    return model(x_t.float(), t.float(), classes)


@operation(batched=True)
def pictures(model: UNet, x: Tensor) -> Tensor:
    """States x_0 (B, channels, side, side) as pictures (B, C, H, W) in 0…1."""
    return pictures_of(model, x.float())


def check(
    model: UNet | PublicModel, x_T: Tensor, sampler: str, classes: Tensor | None, schedule: str = "cosine"
) -> None:
    """Raise `ValueError` with a sentence for an unknown sampler, schedule or class, or noise of another shape."""
    if sampler not in SAMPLERS:
        raise ValueError(f"There is no sampler '{sampler}'; known are {', '.join(SAMPLERS)}.")
    if schedule not in SCHEDULES:
        raise ValueError(f"There is no schedule '{schedule}'; known are {', '.join(SCHEDULES)}.")
    if x_T.shape[1:] != (model.channels, model.side, model.side):
        raise ValueError(f"The noise must have the shape (B, {model.channels}, {model.side}, {model.side}).")
    if classes is not None and not (len(classes) == len(x_T) and ((classes >= 0) & (classes < model.classes)).all()):
        raise ValueError(f"Each picture needs a class in 0…{model.classes - 1}.")


def frame(
    model: UNet | PublicModel, step: Step, i: int, steps: int, alpha_bar: float, calls: int, seconds: float
) -> Frame:
    """A step of a sampler as the page sees it."""
    x_t, x0_hat, eps_hat = step.x_t, step.x0_hat, step.eps_hat
    if model.autoencoder:
        x_t, x0_hat = (2 * pictures_of(model, z) - 1 for z in (x_t, x0_hat))
        eps_hat = eps_hat.sum(1, keepdim=True) / model.channels**0.5  # of unit variance again
    views = (view.clamp(-100, 100).half().cpu().numpy() for view in (x_t, x0_hat, eps_hat))
    return Frame(i, steps, step.t, alpha_bar, *views, calls, seconds, step.x_t.cpu().numpy() if i == steps else None)


def _frames(
    run: Iterator[Step], model: UNet | PublicModel, network: Asked, schedule: Schedule, steps: int, every: int
) -> Iterator[Frame]:
    """Every `every`-th step of a run, the first and the last. Raises `FloatingPointError` when the numbers run away."""
    for i, (step, spent) in enumerate(timed(run)):
        if not torch.isfinite(step.x_t).all():
            raise FloatingPointError(f"The numbers ran away at t = {step.t}: lower the guidance w.")
        if i % every == 0 or i == steps:
            yield frame(model, step, i, steps, float(schedule.alpha_bar[step.t]), network.calls, spent)
