"""Pictures in 0…1 ↔ what the diffusion models see: 32×32 in −1…1."""


from torch import Tensor
from torch.nn import functional as F


SIDE = 32


def to_model(x: Tensor) -> Tensor:
    """(B, C, H, W) in 0…1, H = W ≤ 32, → (B, C, 32, 32) in −1…1, black around smaller pictures."""
    margin = (SIDE - x.shape[-1]) // 2
    return F.pad(2 * x - 1, (margin,) * 4, value=-1.0)


def from_model(x: Tensor, side: int) -> Tensor:
    """The inverse, clipped to 0…1: the middle (B, C, side, side)."""
    margin = (SIDE - side) // 2
    middle = x[..., margin : margin + side, margin : margin + side]
    return (middle / 2 + 0.5).clamp(0, 1)
