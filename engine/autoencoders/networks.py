"""The networks: encoders and decoders between pictures (B, 1, 28, 28) and codes (B, d)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.autoencoders.prior import CodePrior
from engine.autoencoders.quantizer import Quantizer

SIDE = 28
PIXELS = SIDE * SIDE


class ResidualBlock(nn.Module):
    """x + W₂ silu(W₁ norm(x)) with half the width inside; the identity at the start of training."""

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, width // 2)
        self.contract = nn.Linear(width // 2, width)
        nn.init.zeros_(self.contract.weight)
        nn.init.zeros_(self.contract.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.contract(F.silu(self.expand(self.norm(x))))


class ResidualMlp(nn.Module):
    """(B, inputs) → (B, outputs) through `blocks` residual blocks of `width`."""

    def __init__(self, inputs: int, outputs: int, width: int, blocks: int):
        super().__init__()
        self.input = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.input(x)
        for block in self.blocks:
            x = block(x)
        return self.output(F.silu(self.norm(x)))


class Autoencoder(nn.Module):
    """x → code → x̂. `encode` gives the code (B, d), `decode` the picture (B, 1, 28, 28); pixels in 0…1."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, code: Tensor) -> Tensor:
        return self.decoder(code).view(-1, 1, SIDE, SIDE)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class Posterior(NamedTuple):
    """The diagonal Gaussian q(z|x) = N(mu, exp(logvar)); both (B, d)."""

    mu: Tensor
    logvar: Tensor

    def sample(self) -> Tensor:
        """z = mu + sigma ε, the reparameterisation trick (Kingma & Welling 2014, §2.4)."""
        return self.mu + torch.exp(0.5 * self.logvar) * torch.randn_like(self.mu)


class VAE(nn.Module):
    """A variational autoencoder with residual MLPs: q(z|x) diagonal Gaussian, p(x|z) Bernoulli, p(z) = N(0, I).

    Kingma & Welling, *Auto-Encoding Variational Bayes*, 2014.
    """

    def __init__(self, d: int, width: int, blocks: int):
        super().__init__()
        self.d = d
        self.encoder = nn.Sequential(nn.Flatten(), ResidualMlp(PIXELS, 2 * d, width, blocks))
        self.decoder = ResidualMlp(d, PIXELS, width, blocks)

    def posterior(self, x: Tensor) -> Posterior:
        """q(z|x) for pictures (B, 1, 28, 28) in 0…1."""
        mu, logvar = self.encoder(x).float().chunk(2, dim=1)  # (B, d) each
        return Posterior(mu, logvar.clamp(-12, 6))

    def logits(self, z: Tensor) -> Tensor:
        """The Bernoulli logits of p(x|z), (B, 1, 28, 28)."""
        return self.decoder(z).float().view(-1, 1, SIDE, SIDE)

    def encode(self, x: Tensor) -> Tensor:
        """The posterior mean (B, d)."""
        return self.posterior(x).mu

    def decode(self, z: Tensor) -> Tensor:
        """E[x|z], pixels in 0…1."""
        return torch.sigmoid(self.logits(z))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


class VQVAE(nn.Module):
    """A vector-quantised autoencoder: 7×7 codes out of K (van den Oord et al. 2017)."""

    def __init__(self, codes: int, depth: int, channels: int):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(1, channels, 4, 2, 1), nn.SiLU(),
            nn.Conv2d(channels, 2 * channels, 4, 2, 1), nn.SiLU(),
            nn.Conv2d(2 * channels, depth, 3, padding=1),
        )  # fmt: skip
        self.quantizer = Quantizer(codes, depth)
        self.decoder = nn.Sequential(
            nn.Conv2d(depth, 2 * channels, 3, padding=1), nn.SiLU(),
            nn.ConvTranspose2d(2 * channels, channels, 4, 2, 1), nn.SiLU(),
            nn.ConvTranspose2d(channels, 1, 4, 2, 1), nn.Sigmoid(),
        )  # fmt: skip

    def encode(self, x: Tensor) -> Tensor:
        """The nearest code's index at each place, int64 (B, 7, 7)."""
        return self.quantizer.nearest(self.encoder(x))

    def decode(self, indices: Tensor) -> Tensor:
        """Pictures (B, 1, 28, 28) of indices (B, 7, 7)."""
        return self.decoder(self.quantizer.look_up(indices))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))


def linear(code: int) -> Autoencoder:
    """One matrix down, one matrix up: spans the same subspace as PCA (Baldi & Hornik 1989)."""
    return Autoencoder(nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, code)), nn.Linear(code, PIXELS))


def deep(code: int, width: int) -> Autoencoder:
    """Two hidden layers on each side (after Hinton & Salakhutdinov 2006)."""
    half = width // 2
    return Autoencoder(
        nn.Sequential(
            nn.Flatten(), nn.Linear(PIXELS, width), nn.SiLU(), nn.Linear(width, half), nn.SiLU(), nn.Linear(half, code)
        ),
        nn.Sequential(
            nn.Linear(code, half), nn.SiLU(), nn.Linear(half, width), nn.SiLU(), nn.Linear(width, PIXELS), nn.Sigmoid()
        ),
    )


def convolutional(code: int, channels: int, rectified: bool = False) -> Autoencoder:
    """Strided convolutions 28 → 14 → 7 and back; `rectified` makes the code non-negative, so that zeros are exact."""
    flat = 2 * channels * 7 * 7
    return Autoencoder(
        nn.Sequential(
            nn.Conv2d(1, channels, 4, 2, 1), nn.SiLU(),
            nn.Conv2d(channels, 2 * channels, 4, 2, 1), nn.SiLU(),
            nn.Flatten(), nn.Linear(flat, code), nn.ReLU() if rectified else nn.Identity(),
        ),
        nn.Sequential(
            nn.Linear(code, flat), nn.SiLU(), nn.Unflatten(1, (2 * channels, 7, 7)),
            nn.ConvTranspose2d(2 * channels, channels, 4, 2, 1), nn.SiLU(),
            nn.ConvTranspose2d(channels, 1, 4, 2, 1), nn.Sigmoid(),
        ),
    )  # fmt: skip


KINDS = {"linear": linear, "deep": deep, "convolutional": convolutional, "vae": VAE, "vqvae": VQVAE, "prior": CodePrior}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
