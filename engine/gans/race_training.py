"""The race itself: several GANs trained side by side on the same points, each with its own loss and cure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from engine.gans.losses import LOSSES
from engine.gans.methods import Method, Settings
from engine.gans.race_adam import Adam
from engine.gans.race_beliefs import Beliefs
from engine.gans.race_networks import MOST_PACKED, Shape, Sight, generate, normalised
from engine.gans.regularisers import gradient_penalty, r1, r2
from engine.gans.toys import Toy

TOO_LARGE = 1e4
"""Weights beyond this make a lane count as diverged."""
DIVERGED = "%s diverged: its weights grew without bounds. Lower the learning rates and start again."


class Lane(NamedTuple):
    """One racer: a method, and the seed of its weights and of everything random."""

    method: Method
    seed: int


class Batch(NamedTuple):
    """What every lane meets in one update: data (L, B, 2), noise z (L, B, Z) and ε (L, B, 1) in 0…1."""

    real: Tensor
    z: Tensor
    eps: Tensor


@dataclass
class Player:
    """One side of the game in all lanes: its weights theta (L, P) and its optimiser."""

    theta: Tensor
    adam: Adam

    @property
    def numbers(self) -> tuple[Tensor, Tensor, Tensor]:
        """All that a lane owns, (L, P) each: weights and the moments of their gradients."""
        return self.theta, self.adam.m, self.adam.v


class Race:
    """All lanes of a race, which meet the same data, noise and initial weights when they have the same seed.

    Lanes never touch: each trains to the numbers it would reach alone. Networks see the plane moved and scaled so that
    the data have mean 0 and variance 1 (on average over the axes).
    """

    def __init__(self, lanes: Sequence[Lane], toy: Toy, settings: Settings, device: torch.device):
        settings.check()
        self.lanes, self.settings, self.device = tuple(lanes), settings, device
        self.methods = [lane.method for lane in lanes]
        self.centres = torch.tensor(toy.centres, dtype=torch.float32, device=device)
        self.middle = self.centres.mean(0)
        self.scale = float((self.centres - self.middle).square().mean().add(toy.spread**2).sqrt())
        self.spread = toy.spread
        hidden = (settings.width,) * settings.layers
        self.shape_g = Shape((settings.noise_dims, *hidden, 2))
        self.shape_d = Shape((2 * MOST_PACKED, *hidden, 1), told=1)
        self._group()
        self._begin()

    def _group(self) -> None:
        """Which lanes share what: a loss, a penalty, a cure."""
        methods = self.methods
        self.beliefs = Beliefs.of(methods, self.device)
        self.sight = Sight(self._each("pack"), self._each("stddev"))
        self.losses = [(loss, self._where("loss", name)) for name, loss in LOSSES.items()]
        self.losses = [(loss, lanes) for loss, lanes in self.losses if len(lanes)]
        self.order = torch.cat([lanes for _, lanes in self.losses]).argsort()
        self.weights = {name: self._each(name) for name in ("gp", "r1", "r2", "clip")}
        self.penalised = {name: weight.nonzero()[:, 0] for name, weight in self.weights.items()}
        self.spectral = self._each("spectral").nonzero()[:, 0]
        self.relative = any(method.loss == "relativistic" for method in methods)
        self.ahead = max(method.unroll for method in methods)
        self.unrolled = self._each("unroll").nonzero()[:, 0]

    def _each(self, name: str) -> Tensor:
        return torch.tensor([float(getattr(method, name)) for method in self.methods], device=self.device)

    def _where(self, name: str, value: str) -> Tensor:
        same = [number for number, method in enumerate(self.methods) if getattr(method, name) == value]
        return torch.tensor(same, dtype=torch.long, device=self.device)

    def _begin(self) -> None:
        """Weights and random numbers from each seed; a lane that is not penalised has weight 0."""
        seeds = sorted({lane.seed for lane in self.lanes})
        self.randoms = [torch.Generator(self.device).manual_seed(seed) for seed in seeds]
        self.seed_of = torch.tensor([seeds.index(lane.seed) for lane in self.lanes], device=self.device)
        theta_g = torch.cat([self.shape_g.initial(random) for random in self.randoms])[self.seed_of]
        theta_d = torch.cat([self.shape_d.initial(random) for random in self.randoms])[self.seed_of]
        theta_d = self.sight.unused_cleared(self.shape_d, theta_d)
        self.generator = Player(theta_g, Adam.of(theta_g))
        self.discriminator = Player(theta_d, Adam.of(theta_d))
        self.average = theta_g.clone()
        self.us = [torch.ones(len(self.spectral), n_out, device=self.device) for _, n_out in self.shape_d.pieces[::2]]
        self.alive = torch.ones(len(self.lanes), device=self.device)
        self.step = 0

    def advance(self, only: str = "") -> dict[str, Tensor]:
        """k updates of the discriminators and one of the generators, or one of one side `only`.

        Returns (L,) each: d_loss and g_loss without penalties, and d_real and d_fake, the mean belief in either.
        """
        told = {}
        for _ in range(0 if only == "generator" else 1 if only else self.settings.critics):
            told |= self.update_discriminators(self.draw())
        if only != "discriminator":
            told |= self.update_generators(self.draw())
        self.step += 1
        return told

    def draw(self) -> Batch:
        """Fresh random numbers, always in the same order, whoever races."""
        real, z, eps = zip(*(self._draw(random) for random in self.randoms), strict=True)
        return Batch(*(torch.stack(parts)[self.seed_of] for parts in (real, z, eps)))

    def _draw(self, random: torch.Generator) -> Batch:
        size, dims = self.settings.batch, self.settings.noise_dims
        chosen = torch.randint(len(self.centres), (size,), generator=random, device=self.device)
        normal = torch.randn(size, 2 + dims, generator=random, device=self.device)
        real = self.from_the_plane(self.centres[chosen] + self.spread * normal[:, :2])
        eps = torch.rand(size, 1, generator=random, device=self.device)
        return Batch(real, normal[:, 2:] * self.settings.noise, eps)

    def update_discriminators(self, batch: Batch) -> dict[str, Tensor]:
        """One Adam step of every discriminator on its loss and penalties."""
        with torch.no_grad():
            fake = generate(self.shape_g, self.generator.theta, batch.z)
        theta = self.discriminator.theta.requires_grad_()
        seen_real, seen_fake = self.sight.of(batch.real), self.sight.of(fake)
        layers, self.us = self.layers(theta)
        real, fake = self.sight.judge(layers, torch.cat([seen_real, seen_fake], 1)).tensor_split(2, 1)
        losses = self._losses("discriminator", real, fake)
        total = losses + self._penalties(theta, seen_real, seen_fake, batch.eps)
        self._descend(self.discriminator, total, self.settings.lr_d)
        self._clip()
        real, fake = real.detach(), fake.detach()
        middle = self.middle_logit(real, fake)
        believed = {"d_real": self.beliefs(real, middle).mean(1), "d_fake": self.beliefs(fake, middle).mean(1)}
        return {"d_loss": losses.detach(), **believed}

    def update_generators(self, batch: Batch) -> dict[str, Tensor]:
        """One Adam step of every generator on its loss."""
        theta = self.generator.theta.requires_grad_()
        fake = generate(self.shape_g, theta, batch.z)
        losses = self.generator_losses(fake, batch.real)
        self._descend(self.generator, losses, self.settings.lr_g)
        short = min(self.settings.ema, (self.step + 1) / (self.step + 10))
        self.average.lerp_(self.generator.theta, 1 - short)
        return {"g_loss": losses.detach()}

    def generator_losses(self, fake: Tensor, real: Tensor) -> Tensor:
        """L_G (L,) of generated points (L, B, 2); data (L, B, 2) matter to losses that compare, and to lookahead."""
        theta = self.discriminator.theta.detach()
        seen_fake = self.sight.of(fake)
        layers, _ = self.layers(theta)
        fake_logits = self.sight.judge(layers, seen_fake)
        compared = self.relative or self.ahead
        seen_real = self.sight.of(real) if compared else None
        real_logits = self.sight.judge(layers, seen_real) if self.relative else torch.zeros_like(fake_logits)
        if self.ahead:
            later = self._look_ahead(theta, seen_real, seen_fake)
            fake_logits = fake_logits.index_copy(0, self.unrolled, later)
        return self._losses("generator", real_logits, fake_logits)

    def layers(self, theta: Tensor) -> tuple[list[tuple[Tensor, Tensor]], list[Tensor]]:
        """The discriminators' layers as they act, spectral norm included, and the next guesses of singular vectors."""
        layers = self.shape_d.layers(theta)
        return normalised(layers, self.spectral, self.us) if len(self.spectral) else (layers, self.us)

    def _losses(self, side: str, real: Tensor, fake: Tensor) -> Tensor:
        """Each lane's loss for one `side`, (L,)."""
        parts = [getattr(loss, side)(real[lanes], fake[lanes]) for loss, lanes in self.losses]
        return torch.cat(parts)[self.order]

    def _penalties(self, theta: Tensor, real: Tensor, fake: Tensor, eps: Tensor) -> Tensor:
        """λ E(‖∇D‖ − 1)² + γ₁ R₁ + γ₂ R₂ of each lane, (L,), on what the discriminators see."""
        total = torch.zeros(len(self.lanes), device=self.device)
        arguments = {"gp": (gradient_penalty, real, fake, eps), "r1": (r1, real), "r2": (r2, fake)}
        for name, (penalty, *points) in arguments.items():
            lanes = self.penalised[name]
            if len(lanes):
                layers, sight = self.shape_d.layers(theta[lanes]), self.sight[lanes]
                penalties = penalty(lambda x, d=layers, s=sight: s.judge(d, x), *(part[lanes] for part in points))
                total = total.index_add(0, lanes, self.weights[name][lanes] * penalties)
        return total

    def _look_ahead(self, theta: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Logits of the fakes after k more updates of the discriminator, through which gradients flow.

        Metz et al. 2017, equation 7; each update is Adam's with its √v̂ held fixed and without momentum.
        """
        lanes, sight = self.unrolled, self.sight[self.unrolled]
        step = self.settings.lr_d * self.pace / self.discriminator.adam.steepness(self.settings.beta2)[lanes]
        seen = torch.cat([real[lanes], fake[lanes]], 1)
        ahead, cross_entropy = theta[lanes].requires_grad_(), LOSSES["non_saturating"].discriminator
        for _ in range(self.ahead):
            logits = sight.judge(self.shape_d.layers(ahead), seen)
            loss = cross_entropy(*logits.tensor_split(2, 1)).sum()
            (slope,) = torch.autograd.grad(loss, ahead, create_graph=True)
            ahead = ahead - step * slope
        return sight.judge(self.shape_d.layers(ahead), fake[lanes])

    @property
    def pace(self) -> float:
        """The share of the learning rates now: 1, then half a cosine down to 0 over the second half of the horizon."""
        if not self.settings.horizon:
            return 1.0
        late = min(max(2 * self.step / self.settings.horizon - 1, 0.0), 1.0)
        return 0.5 * (1 + math.cos(math.pi * late))

    @staticmethod
    def middle_logit(real: Tensor, fake: Tensor) -> Tensor:
        """Halfway between the mean logits of real and of generated points (L, B): (L, 1)."""
        return (real.mean(1, keepdim=True) + fake.mean(1, keepdim=True)) / 2

    @property
    def shown(self) -> Tensor:
        """The generators' weights to look at and to count: their running average, if there is one."""
        return self.average if self.settings.ema else self.generator.theta

    def to_the_plane(self, x: Tensor) -> Tensor:
        """Points as the networks see them, (…, 2), in the data's coordinates."""
        return x * self.scale + self.middle

    def from_the_plane(self, x: Tensor) -> Tensor:
        """Points (…, 2) in the data's coordinates as the networks see them."""
        return (x - self.middle) / self.scale

    def _descend(self, player: Player, losses: Tensor, lr: float) -> None:
        (slope,) = torch.autograd.grad((losses * self.alive).sum(), player.theta)
        player.theta.requires_grad_(False)
        player.adam.update(player.theta, slope, lr * self.pace, self.settings.beta1, self.settings.beta2)

    def _clip(self) -> None:
        lanes = self.penalised["clip"]
        if len(lanes):
            bound = self.weights["clip"][lanes, None]
            self.discriminator.theta[lanes] = self.discriminator.theta[lanes].clamp(-bound, bound)

    def stop(self, lanes: Tensor) -> None:
        """Take lanes (L,), true or false, out of the race: their numbers become 0 and stay so."""
        for numbers in (self.average, *self.generator.numbers, *self.discriminator.numbers):
            numbers[lanes] = 0
        self.us = [u.nan_to_num(1.0) for u in self.us]
        self.alive[lanes] = 0

    def stop_diverged(self) -> None:
        """Stop the lanes that hold a number that is not finite, or so large that it soon will not be."""
        sizes = torch.stack([player.theta.abs().amax(1) for player in (self.generator, self.discriminator)])
        diverged = ~(sizes < TOO_LARGE).all(0)
        if diverged.any():
            self.stop(diverged)

    def sentences(self) -> list[str]:
        """Why each lane has stopped; "" for one that runs."""
        return [
            "" if alive else DIVERGED % lane.method.title for lane, alive in zip(self.lanes, self.alive, strict=True)
        ]
