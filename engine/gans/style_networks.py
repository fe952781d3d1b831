"""A style-based generator (Karras et al. 2019, 2020) at the size of a digit: noise → style → picture."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.gans.style_mixing import SIDES

DEPTH = 8
"""Layers of the mapping network, as in the paper."""
RATE = 0.1
"""How much slower than the rest the mapping network learns; without that, its eight layers in a row run away."""
MEMORY = 0.998
"""How slowly the running mean of w forgets."""
MIXED = 0.5
"""The share of the training pictures that take their finer layers from another's style (2019, section 3.1)."""


class SlowLinear(nn.Module):
    """leaky_relu(gain · W x + b), (B, inputs) → (B, outputs), W stored so large that a step changes it `rate` times as
    much as usual: the equalised learning rate (Karras et al. 2018, section 4.1) with its multiplier.

    It starts at right angles: eight random layers in a row would leave only three of 32 directions of noise to tell
    styles apart, these leave nine.
    """

    def __init__(self, inputs: int, outputs: int, rate: float = RATE):
        super().__init__()
        self.weight = nn.Parameter(nn.init.orthogonal_(torch.empty(outputs, inputs), math.sqrt(2) / rate))
        self.bias, self.rate = nn.Parameter(torch.zeros(outputs)), rate

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(F.linear(x, self.rate * self.weight, self.rate * self.bias), 0.2)


class Mapping(nn.Module):
    """f: z (B, latent) → w (B, style), eight layers after z is brought to a mean square of 1.

    `mean` is the running mean of w over the training, the middle of the space: what truncation pulls towards.
    """

    def __init__(self, latent: int, style: int):
        super().__init__()
        self.layers = nn.Sequential(*(SlowLinear(latent if i == 0 else style, style) for i in range(DEPTH)))
        self.register_buffer("mean", torch.zeros(style))

    def forward(self, z: Tensor) -> Tensor:
        w = self.layers(z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8))
        if self.training:
            self.mean.lerp_(w.detach().float().mean(0), 1 - MEMORY)
        return w


class StyledConvolution(nn.Module):
    """One layer of the synthesis: convolve x (B, inputs, H, W) in the style w (B, style), add noise, bend.

    The style scales the input features and the result is scaled back to unit variance (Karras et al. 2020, equations 1
    and 3). Scaling features instead of weights is the same sum in another order, and one convolution serves the batch.
    Where the picture grows to `side`, it is enlarged after the convolution, which is then four times cheaper.
    """

    def __init__(self, inputs: int, outputs: int, style: int, side: int):
        super().__init__()
        self.side = side
        self.scale = nn.Linear(style, inputs)
        nn.init.normal_(self.scale.weight, std=style**-0.5)
        nn.init.ones_(self.scale.bias)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3) / math.sqrt(9 * inputs))
        self.bias, self.noise = nn.Parameter(torch.zeros(outputs)), nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        s = self.scale(w)  # (B, inputs)
        energy = s.float().square() @ self.weight.square().sum((2, 3)).T  # (B, outputs): Σ (s w)²
        h = F.conv2d(x * s[:, :, None, None], self.weight, padding=1)
        h = h * torch.rsqrt(energy + 1e-8)[:, :, None, None]
        if h.shape[-1] != self.side:
            h = F.interpolate(h, size=(self.side, self.side), mode="bilinear")
        h = h + self.noise * noise + self.bias[:, None, None]
        return math.sqrt(2) * F.leaky_relu(h, 0.2)


class StyleGenerator(nn.Module):
    """G(z) = g(f(z)): noises (B, latent) → pictures (B, channels, 28, 28) in 0…1.

    A learnt constant of 7×7 passes six styled layers, two each at 7, 14 and 28 pixels; every layer hears w and noise of
    its own. While it trains, the noise is fresh and some pictures mix two styles; afterwards it is that of a seed.
    """

    classes = 0

    def __init__(self, latent: int, channels: int, width: int, style: int = 32):
        super().__init__()
        self.latent, self.style = latent, style
        self.mapping = Mapping(latent, style)
        self.constant = nn.Parameter(torch.randn(1, width, 7, 7))
        widths = [width, width, width, 3 * width // 4, 3 * width // 4, width // 2, width // 2]
        self.layers = nn.ModuleList(
            StyledConvolution(before, after, style, side)
            for before, after, side in zip(widths[:-1], widths[1:], SIDES, strict=True)
        )
        self.paint = nn.Conv2d(widths[-1], channels, 1)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        styles = self.mapping(z)[:, None].expand(-1, len(self.layers), -1)
        return self.synthesise(crossed(styles) if self.training else styles)

    def synthesise(self, w: Tensor, seed: int = 0) -> Tensor:
        """Pictures (B, channels, 28, 28) of styles w (B, layers, style), one for each layer from coarse to fine."""
        noises = self.fresh_noise(len(w)) if self.training else self.fixed_noise(seed)
        h = self.constant.expand(len(w), -1, -1, -1)
        for i, layer in enumerate(self.layers):
            h = layer(h, w[:, i], noises[i])
        return self.paint(h).float().sigmoid()

    def fresh_noise(self, n: int) -> list[Tensor]:
        """Noise (n, 1, H, W) for each layer."""
        return [torch.randn(n, 1, layer.side, layer.side, device=self.constant.device) for layer in self.layers]

    def fixed_noise(self, seed: int) -> list[Tensor]:
        """Noise (1, 1, H, W) for each layer, the same for every picture and on every device."""
        source = torch.Generator().manual_seed(seed)
        draws = [torch.randn(1, 1, layer.side, layer.side, generator=source) for layer in self.layers]
        return [draw.to(self.constant.device) for draw in draws]


def crossed(w: Tensor, share: float = MIXED) -> Tensor:
    """Styles (B, layers, style) of which a random `share` takes the layers from a random one on from its neighbour."""
    n, layers = w.shape[:2]
    first = torch.randint(1, layers, (n, 1), device=w.device)
    first = torch.where(torch.rand(n, 1, device=w.device) < share, first, layers)
    other = torch.arange(layers, device=w.device) >= first  # (B, layers)
    return torch.where(other[:, :, None], w.roll(1, 0), w)
