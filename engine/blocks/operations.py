"""What the page of building blocks asks of torch."""

from torch import Tensor, device
from torch.nn import functional as F

from engine.operations import operation


@operation()
def pixelwise(_: device, x: Tensor, w: Tensor, b: Tensor) -> dict[str, Tensor]:
    """One layer at every pixel in two ways: x (C, H, W), w (O, C), b (O,) → `linear` and `convolution`, (O, H, W).

    Raises ValueError where the shapes do not fit.
    """
    if x.ndim != 3 or w.ndim != 2 or w.shape[1] != len(x) or b.shape != w.shape[:1]:
        raise ValueError(f"x {tuple(x.shape)}, w {tuple(w.shape)} and b {tuple(b.shape)} make no layer.")
    return {
        "linear": F.linear(x.permute(1, 2, 0), w, b).permute(2, 0, 1),
        "convolution": F.conv2d(x[None], w[:, :, None, None], b)[0],
    }
