"""The codebook of a VQ-VAE: nearest codes, straight-through gradients, EMA updates, no dead codes."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Quantizer(nn.Module):
    """K codes e_k of D numbers, moved by exponential averages (van den Oord et al. 2017, appendix A.1)."""

    def __init__(self, codes: int, depth: int, decay: float = 0.99):
        super().__init__()
        self.decay = decay
        self.register_buffer("codebook", torch.randn(codes, depth))  # e (K, D)
        self.register_buffer("count", torch.ones(codes))  # N_k, how often each code was chosen
        self.register_buffer("total", self.codebook.clone())  # m_k, sum of the vectors that chose it

    def nearest(self, h: Tensor) -> Tensor:
        """argmin_k ‖h − e_k‖ for h (B, D, H, W): indices int64 (B, H, W) (equation 1)."""
        vectors = h.movedim(1, -1)  # (B, H, W, D)
        return torch.cdist(vectors.flatten(0, 2), self.codebook).argmin(1).view(vectors.shape[:-1])

    def look_up(self, indices: Tensor) -> Tensor:
        """The codes at `indices` (B, H, W), as features (B, D, H, W)."""
        return F.embedding(indices, self.codebook).movedim(-1, 1)

    def forward(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Quantised features with straight-through gradient, indices, and the commitment loss ‖h − sg(e)‖²."""
        h = h.float()
        with torch.autocast(h.device.type, enabled=False):
            indices = self.nearest(h)
            if self.training:
                self._move_codes(h.detach(), indices)
            e = self.look_up(indices)
        return straight_through(h, e), indices, F.mse_loss(h, e)

    @torch.no_grad()
    def _move_codes(self, h: Tensor, indices: Tensor) -> None:
        """Equations 6–8: N_k and m_k decay towards this batch's; e_k = m_k / N_k. Dead codes restart at data."""
        vectors = h.movedim(1, -1).flatten(0, 2)  # (B·H·W, D)
        chosen = F.one_hot(indices.flatten(), len(self.codebook)).float()  # (B·H·W, K)
        self.count.lerp_(chosen.sum(0), 1 - self.decay)
        self.total.lerp_(chosen.T @ vectors, 1 - self.decay)
        dead = self.count < 0.01 * len(vectors) / len(self.codebook)
        fresh = vectors[torch.randint(len(vectors), (int(dead.sum()),), device=h.device)]
        self.total[dead], self.count[dead] = fresh, 1.0
        self.codebook.copy_(self.total / self.count[:, None])


def straight_through(h: Tensor, e: Tensor) -> Tensor:
    """e in the forward pass; in the backward pass the gradient reaches h unchanged (section 3.2)."""
    return h + (e - h).detach()


def perplexity(indices: Tensor, codes: int) -> tuple[float, int]:
    """exp of the entropy of code usage, and how many of the K codes are never used."""
    usage = torch.bincount(indices.flatten(), minlength=codes).double()
    p = usage / usage.sum()
    return float(torch.exp(-torch.special.xlogy(p, p).sum())), int((usage == 0).sum())
