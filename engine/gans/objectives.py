"""What the two players of a picture GAN minimise."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.gans.losses import LOSSES
from engine.gans.networks import GAN
from engine.gans.regularisers import gradient_penalty, r1, r2


@dataclass(frozen=True)
class Adversarial:
    """A loss named in `LOSSES`, the weights of the penalties on the discriminator's gradient, and how much faster than
    the generator the discriminator learns."""

    loss: str
    gp: float = 0.0
    r1: float = 0.0
    r2: float = 0.0
    haste: float = 1.0

    def discriminator(self, model: GAN, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """`loss`, with penalties, and the mean verdicts `real` and `fake` for pictures x (B, C, H, W) of classes y."""
        with torch.no_grad():
            x_hat = model.generator(noise(model, x), y)
        judge = partial(model.discriminator, y=y)
        real, fake = judge(x), judge(x_hat)
        loss = LOSSES[self.loss].discriminator(real, fake)
        if self.gp:
            loss = loss + self.gp * gradient_penalty(judge, x, x_hat, torch.rand(len(x), 1, 1, 1, device=x.device))
        if self.r1:
            loss = loss + self.r1 * r1(judge, x)
        if self.r2:
            loss = loss + self.r2 * r2(judge, x_hat)
        return {"loss": loss, "real": real.sigmoid().mean(), "fake": fake.sigmoid().mean()}

    def generator(self, model: GAN, x: Tensor, y: Tensor) -> Tensor:
        """The generator's loss; the real pictures x matter only to a relativistic one."""
        with torch.no_grad():
            real = model.discriminator(x, y)
        fake = model.discriminator(model.generator(noise(model, x), y), y)
        return LOSSES[self.loss].generator(real, fake)


def noise(model: GAN, x: Tensor) -> Tensor:
    """z ~ N(0, I), one for each picture of x: (B, latent)."""
    return torch.randn(len(x), model.generator.latent, device=x.device)
