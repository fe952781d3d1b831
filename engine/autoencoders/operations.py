"""What the page /autoencoders asks of a model. Tensors in, tensors out; pictures are (B, 1, 28, 28) in 0…1."""

import torch
from torch import Tensor

from engine.autoencoders.corruption import add_noise, patch_mask
from engine.autoencoders.networks import VAE, VQVAE, Autoencoder
from engine.autoencoders.objectives import kl_to_prior, negative_elbo
from engine.autoencoders.prior import CodePrior
from engine.metrics import squared_errors
from engine.operations import operation


@operation(batched=True)
def decode(model: Autoencoder | VAE | VQVAE, z: Tensor) -> Tensor:
    """Pictures of codes (B, d), or of indices (B, 7, 7) for a VQ-VAE."""
    return model.decode(z)


@operation(batched=True)
def encode(model: Autoencoder | VAE | VQVAE, x: Tensor) -> Tensor:
    """Codes of pictures: (B, d), or indices (B, 7, 7)."""
    return model.encode(x)


@operation(batched=True)
def reconstruct(model: Autoencoder | VAE | VQVAE, x: Tensor) -> dict[str, Tensor]:
    """x̂ and the squared error of each picture."""
    x_hat = model(x)
    return {"pictures": x_hat, "errors": squared_errors(x, x_hat)}


@operation(batched=True)
def elbo(model: VAE, x: Tensor) -> dict[str, Tensor]:
    """x̂ and the terms of −ELBO in nats of each picture, x taken as Bernoulli means; the posterior of each dimension."""
    posterior = model.posterior(x)
    reconstruction, _, _ = negative_elbo(model, x)
    return {
        "pictures": model.decode(posterior.mu),
        "reconstruction": reconstruction,
        "kl": kl_to_prior(posterior),
        "mu": posterior.mu,
        "logvar": posterior.logvar,
    }


@operation()
def sample(model: VAE, n: int, seed: int) -> Tensor:
    """n pictures from z ~ N(0, I)."""
    device = next(model.parameters()).device
    z = torch.randn(n, model.d, generator=torch.Generator().manual_seed(seed))
    return model.decode(z.to(device))


@operation()
def corrupt(device: torch.device, x: Tensor, sigma: float, share: float, seed: int) -> Tensor:
    """Pictures with noise of strength `sigma` and a `share` of their 4×4 patches hidden; the same for the same seed."""
    if not (0 <= sigma <= 2 and 0 <= share <= 1):
        raise ValueError("The noise must lie in 0…2 and the hidden share in 0…1.")
    generator = torch.Generator(device).manual_seed(seed)
    return add_noise(x, sigma, generator) * patch_mask(x, share, generator=generator)


@operation()
def sample_codes(model: CodePrior, classes: Tensor, temperature: float, seed: int) -> Tensor:
    """Indices (B, 7, 7) for classes (B,), drawn one after another; `temperature` in 0.05…2."""
    if not 0.05 <= temperature <= 2:
        raise ValueError("The temperature must lie in 0.05…2.")
    generator = torch.Generator(classes.device).manual_seed(seed)
    return model.sample(classes, temperature, generator)


@operation()
def codebook(model: VQVAE) -> Tensor:
    """What each code paints: the middle 8×8 pixels (K, 8, 8) of a picture whose 49 places all hold that code."""
    codes = torch.arange(len(model.quantizer.codebook), device=model.quantizer.codebook.device)
    return model.decode(codes.view(-1, 1, 1).expand(-1, 7, 7))[:, 0, 10:18, 10:18]
