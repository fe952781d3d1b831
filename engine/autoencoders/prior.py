"""A small prior over a VQ-VAE's codes: a causal transformer that writes the 7×7 indices one by one."""

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """Causal self-attention and an MLP, each behind a LayerNorm and a skip (Radford et al. 2019)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T, width) that follows `past`; gives what the block makes of x, and `past` with x in it.

        `past` holds the keys and values (2, B, heads, P, D) of the P positions before x, none by default.
        """
        qkv = self.qkv(self.norm1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)  # (3, B, heads, T, D)
        q, kv = qkv[0], qkv[1:] if past is None else torch.cat([past, qkv[1:]], 3)
        x = x + self.out(causal_attention(q, *kv).transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm2(x)), kv


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q kᵀ / √D) v over the past and the present (Vaswani et al. 2017, equation 1).

    q (B, heads, T, D) belongs to the last T of the positions of k and v (B, heads, P + T, D).
    Written out because torch's fused kernel is many times slower in its backward pass on a CPU in bfloat16.
    """
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5  # (B, heads, T, P + T)
    past = k.shape[2] - q.shape[2]
    future = torch.ones(scores.shape[-2:], dtype=torch.bool, device=q.device).triu(past + 1)
    return scores.masked_fill(future, -torch.inf).softmax(-1) @ v


class CodePrior(nn.Module):
    """p(s | y) = ∏ p(s_t | s_<t, y) over `length` code indices s, given a class y."""

    def __init__(self, codes: int, classes: int, width: int, layers: int, heads: int = 4, length: int = 49):
        super().__init__()
        self.length = length
        self.code_embedding = nn.Embedding(codes, width)
        self.class_embedding = nn.Embedding(classes, width)
        self.position = nn.Parameter(0.02 * torch.randn(length, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, codes)

    def forward(self, indices: Tensor, classes: Tensor) -> Tensor:
        """Logits (B, T + 1, K) of each next index, from T ≤ length − 1 indices so far (B, T) and classes (B,)."""
        start = self.class_embedding(classes)[:, None]  # (B, 1, width)
        return self._continue(torch.cat([start, self.code_embedding(indices)], 1))[0]

    def _continue(self, x: Tensor, past: list[Tensor] | None = None) -> tuple[Tensor, list[Tensor]]:
        """Logits (B, T, K) from embeddings x (B, T, width) that follow each block's `past`, and the longer `past`."""
        done = past[0].shape[3] if past else 0
        x, kept = x + self.position[done : done + x.shape[1]], []
        for block, before in zip(self.blocks, past or [None] * len(self.blocks), strict=True):
            x, kv = block(x, before)
            kept.append(kv)
        return self.output(self.norm(x)), kept

    @torch.no_grad()
    def sample(self, classes: Tensor, temperature: float = 1.0, generator: torch.Generator | None = None) -> Tensor:
        """Ancestral sampling: int64 (B, 7, 7) for classes (B,). `temperature` > 0 flattens or sharpens each step.

        Keys and values of what is written are kept, so that each step computes one position.
        """
        x, past, written = self.class_embedding(classes)[:, None], None, []
        for _ in range(self.length):
            logits, past = self._continue(x, past)
            written.append(torch.multinomial((logits[:, -1] / temperature).softmax(-1), 1, generator=generator))
            x = self.code_embedding(written[-1])  # (B, 1, width)
        return torch.cat(written, 1).unflatten(1, (7, 7))
