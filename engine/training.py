"""The one training loop: EMA weights, a cosine schedule, exact resumption, and a stream of progress records."""

import math
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine import datasets
from engine.cards import Metric, Reference
from engine.devices import convolution_format, mixed_precision

Objective = Callable[[nn.Module, Any, float], dict[str, Tensor]]
"""(model, batch, share of the training done 0…1) → named scalars; `loss` is the one to minimise."""


@dataclass(frozen=True)
class Budget:
    """How long and how fast to train; `steps` is the full budget that the recipe wants."""

    steps: int
    batch: int = 256
    lr: float = 1e-3
    weight_decay: float = 0.01
    warmup: int = 200
    ema: float = 0.999
    clip: float = 1.0


@dataclass(frozen=True)
class Progress:
    """One report from the loop; `losses` are plain numbers at this step, `seconds` is training time so far."""

    step: int
    steps: int
    losses: dict[str, float]
    seconds: float


@dataclass(frozen=True)
class Refinement:
    """A second stage, which starts from the published weights with an objective and a budget of its own."""

    objective: Objective
    budget: Budget


@dataclass(frozen=True)
class Recipe:
    """All that it takes to train, measure and publish one model."""

    name: str
    title: str
    family: str
    kind: str
    config: dict
    dataset: str
    objective: Objective
    budget: Budget
    evaluate: Callable[[nn.Module, torch.device], dict[str, Metric]]
    batches: Callable[["Recipe", torch.device], Iterator[Any]] | None = None
    derive: Callable[[nn.Module, torch.device], dict[str, Tensor]] | None = None
    provenance: datasets.Provenance | None = None
    published: tuple[Reference, ...] = ()
    limits: str = ""
    seed: int = 0
    refinement: Refinement | None = None
    run: type["Run"] | None = None


def picture_batches(recipe: Recipe, device: torch.device) -> Iterator[Tensor]:
    """Endless random batches of training pictures, float32 (B, C, H, W) in 0…1."""
    images = torch.from_numpy(datasets.load(recipe.dataset).train.images).to(device)
    while True:
        chosen = torch.randint(len(images), (recipe.budget.batch,), device=device)
        yield images[chosen].float() / 255


def labelled_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of training pictures, float32 (B, C, H, W) in 0…1, and their classes (B,)."""
    split = datasets.load(recipe.dataset).train
    images, labels = torch.from_numpy(split.images).to(device), torch.from_numpy(split.labels).to(device)
    while True:
        chosen = torch.randint(len(images), (recipe.budget.batch,), device=device)
        yield images[chosen].float() / 255, labels[chosen]


class Run:
    """A training run: model, EMA, optimiser and step, which can be saved and resumed to the same numbers."""

    betas = (0.9, 0.99)

    def __init__(self, model: nn.Module, objective: Objective, budget: Budget, device: torch.device):
        self.model = model.to(device, memory_format=convolution_format(device))
        self.objective, self.budget, self.device = objective, budget, device
        self.ema = deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=budget.lr, betas=self.betas, weight_decay=budget.weight_decay, fused=True
        )
        self.step, self.seconds = 0, 0.0

    def learning_rate(self) -> float:
        """Linear warm-up, then half a cosine down to zero at the last step."""
        warm = min(1.0, (self.step + 1) / self.budget.warmup)
        return self.budget.lr * warm * 0.5 * (1 + math.cos(math.pi * self.step / self.budget.steps))

    def advance(self, batch: Any) -> dict[str, Tensor]:
        """One optimiser step; returns the objective's named scalars."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        with mixed_precision(self.device):
            losses = self.objective(self.model, batch, self.step / self.budget.steps)
        self.optimizer.zero_grad()
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.budget.clip)
        self.optimizer.step()
        self.step += 1
        self._average()
        return losses

    @torch.no_grad()
    def _average(self) -> None:
        """EMA of the weights, with a short memory early on; buffers are copied."""
        decay = min(self.budget.ema, (self.step + 1) / (self.step + 10))
        torch._foreach_lerp_(list(self.ema.parameters()), list(self.model.parameters()), 1 - decay)
        for mine, theirs in zip(self.ema.buffers(), self.model.buffers(), strict=True):
            mine.copy_(theirs)

    def stream(self, batches: Iterator[Any], every: int = 50, until: int | None = None) -> Iterator[Progress]:
        """Train up to step `until` (default: the whole budget), yielding a record every `every` steps and at the end.

        A consumer that stops reading stops the work. Raises `FloatingPointError` when the loss is not finite.
        """
        until = min(until or self.budget.steps, self.budget.steps)
        self.model.train()
        while self.step < until:
            started = time.perf_counter()
            losses = self.advance(next(batches))
            self.seconds += time.perf_counter() - started
            if self.step % every == 0 or self.step == until:
                numbers = {name: value.item() for name, value in losses.items()}
                if not math.isfinite(numbers["loss"]):
                    raise FloatingPointError(
                        f"The loss is {numbers['loss']} at step {self.step}: lower the learning rate."
                    )
                yield Progress(self.step, self.budget.steps, numbers, self.seconds)

    def save(self, path: Path) -> None:
        """Write the whole state to one safetensors file, atomically."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"ema.{name}": tensor for name, tensor in self.ema.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in state.items()}
        tensors["random.cpu"] = torch.get_rng_state()
        if self.device.type == "cuda":
            tensors["random.cuda"] = torch.cuda.get_rng_state(self.device)
        tensors["clock"] = torch.tensor([self.step, self.seconds], dtype=torch.float64)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        save_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}, fresh)
        fresh.replace(path)

    def resume(self, path: Path) -> None:
        """Continue from a file that `save` wrote, random numbers included."""
        tensors = load_file(path)
        self.model.load_state_dict(_under("model.", tensors))
        self.ema.load_state_dict(_under("ema.", tensors))
        state: dict[int, dict[str, Tensor]] = {}
        for key, tensor in _under("optimizer.", tensors).items():
            index, name = key.split(".")
            state.setdefault(int(index), {})[name] = tensor
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        torch.set_rng_state(tensors["random.cpu"])
        if "random.cuda" in tensors and self.device.type == "cuda":
            torch.cuda.set_rng_state(tensors["random.cuda"], self.device)
        self.step, self.seconds = int(tensors["clock"][0]), float(tensors["clock"][1])


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
