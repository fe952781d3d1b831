"""What the two players of a picture GAN minimise."""

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.gans.losses import LOSSES
from engine.gans.networks import GAN
from engine.gans.regularisers import gradient_penalty, squared_slope


@dataclass(frozen=True)
class Adversarial:
    """A loss named in `LOSSES`, penalties on the discriminator's slope, and how much faster than its rival it learns.

    `gp` is λ of WGAN-GP, `r1` and `r2` are γ of Mescheder et al. 2018. `strides` is how many steps the generator takes
    for each of the discriminator's.
    """

    loss: str
    gp: float = 0.0
    r1: float = 0.0
    r2: float = 0.0
    haste: float = 1.0
    strides: int = 1

    def discriminator(self, model: GAN, x: Tensor, y: Tensor) -> dict[str, Tensor]:
        """`loss`, with penalties, and the mean verdicts `real` and `fake` for pictures x (B, C, H, W) of classes y."""
        with torch.no_grad():
            x_hat = model.generator(noise(model, x), y)
        x, x_hat = x.requires_grad_(self.r1 > 0), x_hat.requires_grad_(self.r2 > 0)
        judge = partial(model.discriminator, y=y)
        real, fake = judge(x), judge(x_hat)
        loss = LOSSES[self.loss].discriminator(real, fake)
        if self.gp:
            loss = loss + self.gp * gradient_penalty(judge, x, x_hat, torch.rand(len(x), 1, 1, 1, device=x.device))
        if self.r1:
            loss = loss + self.r1 / 2 * squared_slope(real, x).mean()
        if self.r2:
            loss = loss + self.r2 / 2 * squared_slope(fake, x_hat).mean()
        return {"loss": loss, "real": real.sigmoid().mean(), "fake": fake.sigmoid().mean()}

    def generator(self, model: GAN, x: Tensor, y: Tensor) -> Tensor:
        """The generator's loss; the real pictures x matter only to the relativistic one."""
        fake = model.discriminator(model.generator(noise(model, x), y), y)
        with torch.no_grad():
            real = model.discriminator(x, y) if self.loss == "relativistic" else torch.zeros_like(fake)
        return LOSSES[self.loss].generator(real, fake)


def noise(model: GAN, x: Tensor) -> Tensor:
    """z ~ N(0, I), one for each picture of x: (B, latent)."""
    return torch.randn(len(x), model.generator.latent, device=x.device)
