"""The networks of the picture GANs: two players of the same small size for every method."""

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector

from engine.gans.mapping_networks import MappingToys
from engine.gans.style_networks import StyleGenerator

PLANES = 12
"""How many planes of 7×7 the noise is spread over."""


class PixelNorm(nn.Module):
    """Each place's features, (B, C, H, W) along C, brought to a mean square of 1 (Karras et al. 2018, section 4.2).

    It keeps a generator's signal in bounds as batch normalisation does, but no picture depends on its neighbours.
    """

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


def keep_scale(convolutions: nn.Module) -> None:
    """Start every convolution so that leaky rectifiers pass on the variance they get (He et al. 2015, equation 15)."""
    for layer in convolutions.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, 0.2)
            nn.init.zeros_(layer.bias)


class Generator(nn.Module):
    """G(z) or, with `classes`, G(z, y): noise (B, latent) → pictures (B, channels, 28, 28) in 0…1.

    A small DCGAN (Radford et al. 2016): 7×7, then 14×14, whose places each paint 2×2 pixels. A class is embedded and
    joined to the noise.
    """

    def __init__(self, latent: int, channels: int, classes: int, width: int):
        super().__init__()
        self.latent, self.classes = latent, classes
        self.label = nn.Embedding(classes, latent // 2) if classes else None
        self.spread = nn.Linear(latent + latent // 2 * bool(classes), PLANES * 7 * 7)
        self.coarse = nn.Conv2d(PLANES, 2 * width, 3, padding=1)
        self.fine = nn.ModuleList([nn.Conv2d(2 * width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)])
        self.norm, self.unfold = PixelNorm(), nn.PixelShuffle(2)
        self.paint = nn.Conv2d(width, 4 * channels, 3, padding=1)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        if self.label is not None:
            z = torch.cat([z, self.label(y)], 1)
        h = self.spread(z).view(-1, PLANES, 7, 7)
        h = self.norm(F.leaky_relu(self.coarse(h), 0.2))
        h = F.interpolate(h, scale_factor=2.0)  # (B, 2 · width, 14, 14)
        for convolution in self.fine:
            h = self.norm(F.leaky_relu(convolution(h), 0.2))
        return self.unfold(self.paint(h)).float().sigmoid()


class Discriminator(nn.Module):
    """D(x) or, with `classes`, D(x, y): pictures (B, channels, 28, 28) in 0…1 → logits (B,), high for real.

    Three convolutions and a linear form, without normalisation, so real and fake never share statistics. A class
    enters by projection, ψ(φ(x)) + ⟨v_y, φ(x)⟩ (Miyato & Koyama 2018, equation 3). With `pack` = m it judges m pictures
    at once, stacked as channels, and gives (B / m,) logits (PacGAN, Lin et al. 2018).
    """

    def __init__(self, channels: int, classes: int, width: int, pack: int = 1):
        super().__init__()
        self.classes, self.pack, self.fold = classes, pack, nn.PixelUnshuffle(2)
        first, second, third = 3 * width // 4, 3 * width // 2, 2 * width
        self.convolutions = nn.ModuleList(
            [
                nn.Conv2d(4 * channels * pack, first, 3, padding=1),  # 14×14
                nn.Conv2d(first, second, 3, stride=2, padding=1),  # 7×7
                nn.Conv2d(second, third, 3, stride=2, padding=1),  # 4×4
            ]
        )
        keep_scale(self.convolutions)
        self.output = nn.Linear(third * 4 * 4, 1)
        self.label = nn.Embedding(classes, third * 4 * 4) if classes else None

    def features(self, x: Tensor) -> Tensor:
        """φ(x), (B / pack, 32 · width)."""
        h = self.fold(2 * x - 1).unflatten(0, (-1, self.pack)).flatten(1, 2)
        for convolution in self.convolutions:
            h = F.leaky_relu(convolution(h), 0.2)
        return h.flatten(1)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        phi = self.features(x)
        logit = self.output(phi).squeeze(1)
        if self.label is not None:
            logit = logit + (self.label(y) * phi).sum(1) / phi.shape[1] ** 0.5
        return logit.float()


class GAN(nn.Module):
    """Two players, and the generator's weights at moments of the training, if any were kept.

    `snapshots` (S, parameters) holds one flat vector for each of `snapshot_steps` (S,).
    """

    def __init__(self, generator: nn.Module, discriminator: Discriminator, snapshots: int = 0):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.register_buffer("snapshots", parameters_to_vector(generator.parameters()).detach().repeat(snapshots, 1))
        self.register_buffer("snapshot_steps", torch.zeros(snapshots, dtype=torch.long))

    @torch.no_grad()
    def keep(self, i: int, generator: nn.Module, step: int) -> None:
        """Make a generator's weights of now the i-th snapshot."""
        self.snapshots[i] = parameters_to_vector(generator.parameters())
        self.snapshot_steps[i] = step

    def generate_at(self, i: int, z: Tensor) -> Tensor:
        """What the generator made of z (B, latent) at the i-th snapshot."""
        named = dict(self.generator.named_parameters())
        parts = self.snapshots[i].split([p.numel() for p in named.values()])
        weights = {name: part.view_as(p) for (name, p), part in zip(named.items(), parts, strict=True)}
        return functional_call(self.generator, weights, (z,))


def dcgan(latent: int, channels: int, width: int, classes: int = 0, pack: int = 1, snapshots: int = 0) -> GAN:
    """The generator and the discriminator that every picture GAN shares."""
    generator = Generator(latent, channels, classes, width)
    return GAN(generator, Discriminator(channels, classes, width, pack), snapshots)


def style(latent: int, channels: int, width: int) -> GAN:
    """A style-based generator against the same discriminator."""
    return GAN(StyleGenerator(latent, channels, width), Discriminator(channels, 0, width))


KINDS = {"dcgan": dcgan, "style": style, "mapping_toys": MappingToys}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
