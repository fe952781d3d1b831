"""The figures on the cards of diffusion models, and the small arrays that the page needs."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine import datasets
from engine.cards import Metric
from engine.devices import mixed_precision
from engine.diffusion.conversions import noised
from engine.diffusion.guidance import classifier_free
from engine.diffusion.networks import NoisyClassifier, UNet
from engine.diffusion.pixels import inputs_of, limit_of, pictures_of, to_model
from engine.diffusion.samplers import SAMPLERS, finish
from engine.diffusion.schedules import COSINE, Schedule
from engine.frechet import accuracy, frechet_to_test

BATCH = 500
STEPS_COMPARED = (10, 20, 50, 100)
GUIDANCE = (0, 1, 2, 3, 4)
TIMES = 40


@dataclass(frozen=True)
class Samples:
    """How many pictures each figure rests on: a CPU affords fewer where many are compared or take many steps."""

    frechet: int = 10_000
    compared: int = 10_000
    guided: int = 10_000

    @classmethod
    def affordable(cls, device: torch.device, dataset: str) -> "Samples":
        """All of them on a GPU, fewer on a CPU, and fewer still in colour."""
        if device.type == "cuda":
            return cls()
        return cls(2_500, compared=250, guided=250) if dataset == "cifar10" else cls(compared=500, guided=500)


@torch.no_grad()
def draw(
    model: UNet, n: int, side: int, device: torch.device, sampler: str = "ddim", steps: int = 50, w: float = 1.0,
    seed: int = 0,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """n pictures (n, C, side, side) in 0…1 on the CPU and their classes (n,), all classes equally often."""
    generator = torch.Generator(device).manual_seed(seed)
    classes = torch.arange(n, device=device) % model.classes
    pictures = []
    for y in classes.split(BATCH):
        x = torch.randn(len(y), model.channels, model.side, model.side, generator=generator, device=device)
        eps_model = classifier_free(model, y, w)
        with mixed_precision(device):
            run = SAMPLERS[sampler](eps_model, x, COSINE, COSINE.visits(steps), generator, limit=limit_of(model))
            x_0 = finish(run).x_t
        pictures.append(pictures_of(model, x_0, side).cpu())
    return torch.cat(pictures), classes.cpu()


class DiffusionEvaluation:
    """Fréchet distances by sampler and steps, the judge's accuracy by guidance, and a test against memorisation."""

    def __init__(self, dataset: str, schedule: Schedule = COSINE):
        self.dataset, self.schedule = dataset, schedule

    def __call__(self, model: UNet, device: torch.device) -> dict[str, Metric]:
        count = Samples.affordable(device, self.dataset)
        test, train = (self._pictures(split, count.compared) for split in ("test", "train"))
        side = test.shape[-1]

        def drawn(n: int, **how) -> tuple[Tensor, Tensor]:
            return draw(model, n, side, device, **how)

        def frechet(pictures: Tensor) -> Metric:
            return Metric(_rounded(frechet_to_test(pictures, self.dataset, device)), len(pictures))

        def read(pictures: Tensor, y: Tensor) -> Metric:
            return Metric(_rounded(accuracy(pictures, y, self.dataset, device)), len(y))

        many, _ = drawn(count.frechet)
        some = many[: count.compared]
        by_steps = {n: some if n == 50 else drawn(count.compared, steps=n)[0] for n in STEPS_COMPARED}
        ancestral, _ = drawn(count.compared, sampler="ddpm", steps=1000)
        return (
            {"frechet_lenet": frechet(many)}
            | {f"frechet_lenet_ddim_{n}": frechet(pictures) for n, pictures in by_steps.items()}
            | {"frechet_lenet_ddpm_1000": frechet(ancestral), "frechet_lenet_of_train": frechet(train)}
            | {f"accuracy_w{w}": read(*drawn(count.guided, w=w)) for w in GUIDANCE}
            | {"nearest_train_rmse": self._nearest(some, device)}
            | {"nearest_train_rmse_of_test": self._nearest(test, device)}
        )

    def _pictures(self, split: str, n: int) -> Tensor:
        """The first n real pictures of a split, (n, C, H, W) in 0…1."""
        return torch.from_numpy(getattr(datasets.load(self.dataset), split).images[:n]).float() / 255

    def _nearest(self, x: Tensor, device: torch.device) -> Metric:
        """Mean distance to the nearest training picture, per pixel: smaller than the test set's means memorised."""
        train = torch.from_numpy(datasets.load(self.dataset).train.images).to(device)
        x = x.flatten(1).to(device)
        best = torch.full((len(x),), torch.inf, device=device)
        for part in train.split(10_000):
            best = torch.minimum(best, torch.cdist(x, part.flatten(1).float() / 255).amin(1))
        return Metric(_rounded(best.mean() / x.shape[1] ** 0.5), len(x))

    def derive(self, model: UNet, device: torch.device) -> dict[str, Tensor]:
        """The loss at 40 times t over 500 test pictures: `loss_t` (40,) and `loss` (40,)."""
        split = datasets.load(self.dataset).test
        x, y = torch.from_numpy(split.images[:BATCH]).to(device).float() / 255, torch.from_numpy(split.labels[:BATCH])
        x0, y = inputs_of(model, x), y.to(device)
        generator = torch.Generator(device).manual_seed(0)
        times = torch.linspace(1, self.schedule.steps, TIMES).round()
        losses = []
        for t in times.tolist():
            eps = torch.randn(x0.shape, generator=generator, device=device)
            x_t = noised(x0, eps, float(self.schedule.alpha_bar[int(t)]))
            losses.append((model(x_t, torch.full((len(x0),), t, device=device), y) - eps).square().mean())
        return {"loss_t": times, "loss": torch.stack(losses)}


@dataclass(frozen=True)
class NoisyClassifierEvaluation:
    """Accuracy on noised test pictures at a few noise levels."""

    dataset: str
    schedule: Schedule = COSINE
    times = (100, 300, 500, 700)

    def __call__(self, model: NoisyClassifier, device: torch.device) -> dict[str, Metric]:
        split = datasets.load(self.dataset).test
        torch.manual_seed(0)
        return {f"accuracy_t{t}": Metric(_rounded(self._accuracy(model, t, device)), len(split)) for t in self.times}

    def _accuracy(self, model: nn.Module, t: int, device: torch.device) -> float:
        split = datasets.load(self.dataset).test
        right = 0
        for x, y in zip(
            torch.from_numpy(split.images).split(BATCH), torch.from_numpy(split.labels).split(BATCH), strict=True
        ):
            x0 = to_model(x.to(device).float() / 255)
            x_t = noised(x0, torch.randn_like(x0), float(self.schedule.alpha_bar[t]))
            right += int((model(x_t, torch.full((len(x),), t, device=device)).argmax(1).cpu() == y).sum())
        return right / len(split)


def _rounded(value: float | Tensor) -> float:
    return float(f"{float(value):.4g}")
