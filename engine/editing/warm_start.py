"""The editor begins where the painter ended: same network, a wider stem (InstructPix2Pix, section 3.2)."""

import torch
from torch import Tensor, nn

from engine import checkpoints
from engine.training import Budget, Objective, Run

PAINTER = "text2scene"


class FromPainter(Run):
    """A run whose model starts with the published painter's weights; what reads the source picture starts at zero."""

    def __init__(self, model: nn.Module, objective: Objective, budget: Budget, device: torch.device):
        model.load_state_dict(widened(checkpoints.companion(PAINTER, device).state_dict(), model))
        super().__init__(model, objective, budget, device)


def widened(weights: dict[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Weights as the model wants them: where it reads more channels, the new ones count for nothing."""
    wanted = model.state_dict()
    return {name: _widened(tensor, wanted[name].shape) for name, tensor in weights.items()}


def _widened(tensor: Tensor, shape: torch.Size) -> Tensor:
    if tensor.shape == shape:
        return tensor
    wide = torch.zeros(shape, dtype=tensor.dtype, device=tensor.device)
    wide[:, : tensor.shape[1]] = tensor
    return wide
