"""The first stage: scenes of 64 × 64 pixels ↔ codes of 4 × 16 × 16 numbers, a twelfth as many."""

from torch import Tensor, nn
from torch.nn import functional as F

SIDE = 64
"""The side of a scene's picture."""


class Residual(nn.Module):
    """x + conv(silu(conv(silu(x)))), (B, width, H, W)."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))


class SceneAutoencoder(nn.Module):
    """Pictures (B, 3, 64, 64) in 0…1 ↔ codes (B, channels, 16, 16), each channel with mean 0 and variance 1.

    Neither a KL term nor a codebook holds the code in place: its last layer normalises it, and the decoder learns to
    read it through noise. What is told apart through that noise is all that the code can say.
    """

    def __init__(self, channels: int, width: int, fine: int):
        super().__init__()
        self.channels = channels
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, width, 3, padding=1),
            *(Residual(width) for _ in range(2)),
            nn.Conv2d(width, channels, 1),
            nn.BatchNorm2d(channels, affine=False),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(channels, width, 3, padding=1),
            *(Residual(width) for _ in range(2)),
            nn.Conv2d(width, 4 * fine, 3, padding=1),
            nn.PixelShuffle(2),
            Residual(fine),
            nn.Conv2d(fine, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )

    def encode(self, x: Tensor) -> Tensor:
        """The code (B, channels, 16, 16) of pictures."""
        return self.encoder(x - 0.5).float()

    def paint(self, z: Tensor) -> Tensor:
        """Pictures that may leave 0…1 a little."""
        return self.decoder(z).float() + 0.5

    def decode(self, z: Tensor) -> Tensor:
        """Pictures (B, 3, 64, 64) in 0…1 of codes."""
        return self.paint(z).clamp(0, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(self.encode(x))
