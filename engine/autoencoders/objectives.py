"""What each model minimises. An objective takes (model, pictures x in 0…1, share of the training done)."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.autoencoders.corruption import add_noise, binarize, patch_mask, warp
from engine.autoencoders.networks import VAE, VQVAE, Autoencoder, Posterior
from engine.autoencoders.prior import CodePrior


@dataclass(frozen=True)
class Reconstruct:
    """Mean squared error ‖x − x̂‖² / pixels."""

    def __call__(self, model: Autoencoder, x: Tensor, progress: float) -> dict[str, Tensor]:
        return {"loss": F.mse_loss(model(x).float(), x)}


@dataclass(frozen=True)
class Denoise:
    """Give back the clean picture from a noisy one, noise up to `sigma` (Vincent et al. 2008)."""

    sigma: float

    def __call__(self, model: Autoencoder, x: Tensor, progress: float) -> dict[str, Tensor]:
        sigma = self.sigma * torch.rand(len(x), 1, 1, 1, device=x.device)
        return {"loss": F.mse_loss(model(add_noise(x, sigma)).float(), x)}


@dataclass(frozen=True)
class Sparse:
    """‖x − x̂‖² / pixels + weight · mean |code| (Olshausen & Field 1996; Ng 2011)."""

    weight: float

    def __call__(self, model: Autoencoder, x: Tensor, progress: float) -> dict[str, Tensor]:
        code = model.encode(x)
        mse, l1 = F.mse_loss(model.decode(code).float(), x), code.float().abs().mean()
        return {"loss": mse + self.weight * l1, "mse": mse, "l1": l1}


@dataclass(frozen=True)
class Unmask:
    """Give back the whole picture from one with up to `share` of its 4×4 patches hidden (He et al. 2022)."""

    share: float

    def __call__(self, model: Autoencoder, x: Tensor, progress: float) -> dict[str, Tensor]:
        share = self.share * torch.rand(len(x), 1, device=x.device)
        return {"loss": F.mse_loss(model(x * patch_mask(x, share)).float(), x)}


class Elbo(NamedTuple):
    """Both terms of the negative ELBO per picture (B,), in nats, and the posterior they came from."""

    reconstruction: Tensor
    kl: Tensor
    posterior: Posterior

    @property
    def total(self) -> Tensor:
        """−ELBO = −E log p(x|z) + KL(q‖p), (B,)."""
        return self.reconstruction + self.kl


def kl_to_prior(posterior: Posterior) -> Tensor:
    """KL(q(z|x) ‖ N(0, I)) of each dimension (B, d), in nats (Kingma & Welling 2014, appendix B)."""
    mu, logvar = posterior
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar)


def negative_elbo(model: VAE, x: Tensor, posterior: Posterior | None = None) -> Elbo:
    """−E_q[log p(x|z)] with one sample of z, and KL(q‖p), for binary pictures x (equation 10 of the same paper).

    q is the encoder's unless another `posterior` is given.
    """
    posterior = posterior or model.posterior(x)
    logits = model.logits(posterior.sample())
    nll = F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)
    return Elbo(nll, kl_to_prior(posterior).sum(1), posterior)


@dataclass(frozen=True)
class NegativeElbo:
    """−ELBO with weight `beta` on the KL (Higgins et al. 2017), pictures binarised anew each time.

    The KL is phased in over the first `warmup` share of the training, which keeps dimensions from dying early. A share
    `warped` of the pictures is warped a little, so that fewer of them are learnt by heart.
    """

    beta: float = 1.0
    warmup: float = 0.05
    warped: float = 0.0

    def __call__(self, model: VAE, x: Tensor, progress: float) -> dict[str, Tensor]:
        if bent := round(self.warped * len(x)):
            x = torch.cat([warp(x[:bent]), x[bent:]])
        reconstruction, kl, _ = negative_elbo(model, binarize(x))
        weight = self.beta * (min(1.0, progress / self.warmup) if self.warmup else 1.0)
        loss = (reconstruction + weight * kl).mean()
        return {"loss": loss, "reconstruction": reconstruction.mean(), "kl": kl.mean()}


@dataclass(frozen=True)
class Quantize:
    """‖x − x̂‖² / pixels + commitment · ‖h − sg(e)‖²; the codes move by EMA (van den Oord et al. 2017, equation 3)."""

    commitment: float = 0.25

    def __call__(self, model: VQVAE, x: Tensor, progress: float) -> dict[str, Tensor]:
        quantized, _, commitment = model.quantizer(model.encoder(x))
        mse = F.mse_loss(model.decoder(quantized).float(), x)
        return {"loss": mse + self.commitment * commitment, "mse": mse, "commitment": commitment}


@dataclass(frozen=True)
class NextCode:
    """−log p(s|y) per code, in nats, for a batch of (indices (B, 49), classes (B,))."""

    def __call__(self, model: CodePrior, batch: tuple[Tensor, Tensor], progress: float) -> dict[str, Tensor]:
        indices, classes = batch
        logits = model(indices[:, :-1], classes).float()
        return {"loss": F.cross_entropy(logits.flatten(0, 1), indices.flatten())}
