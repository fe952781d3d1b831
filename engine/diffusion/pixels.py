"""Pictures in 0…1 ↔ what the diffusion models see: 32×32 in −1…1, or the features of an autoencoder."""

from torch import Tensor
from torch.nn import functional as F

from engine import checkpoints
from engine.diffusion.latent import from_latent, to_latent
from engine.diffusion.networks import UNet

SIDE = 32
LATENT_LIMIT = 3.0


def to_model(x: Tensor) -> Tensor:
    """(B, C, H, W) in 0…1, H = W ≤ 32, → (B, C, 32, 32) in −1…1, black around smaller pictures."""
    margin = (SIDE - x.shape[-1]) // 2
    return F.pad(2 * x - 1, (margin,) * 4, value=-1.0)


def from_model(x: Tensor, side: int = SIDE) -> Tensor:
    """The inverse, clipped to 0…1: the middle (B, C, side, side)."""
    margin = (SIDE - side) // 2
    middle = x[..., margin : margin + side, margin : margin + side]
    return (middle / 2 + 0.5).clamp(0, 1)


def inputs_of(model: UNet, x: Tensor) -> Tensor:
    """Pictures in 0…1 as x_0 of a model: pixels, or the features of a latent model's autoencoder."""
    if model.autoencoder:
        return to_latent(checkpoints.companion(model.autoencoder, x.device), x)
    return to_model(x)


def pictures_of(model: UNet, x: Tensor, side: int = SIDE) -> Tensor:
    """What a model ends on, as pictures in 0…1; a latent model's go through the decoder of its autoencoder."""
    if model.autoencoder:
        return from_latent(checkpoints.companion(model.autoencoder, x.device), x)
    return from_model(x, side)


def limit_of(model: UNet) -> float:
    """Beyond what |x_0| no picture lies: 1 for pixels, some standard deviations for features."""
    return LATENT_LIMIT if model.autoencoder else 1.0
