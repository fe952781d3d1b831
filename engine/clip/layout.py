"""Points laid out by UMAP (McInnes et al. 2018), which keeps neighbours together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, TimeoutError

import numpy as np
import torch
from torch import Tensor

from engine.operations import operation

SECONDS_BETWEEN_REPORTS = 2


@operation(apart=True)
def umap_plane(device: torch.device, vectors: Tensor, seed: int, near: int = 15) -> Iterator[np.ndarray | None]:
    """Unit vectors (N, D) by their cosines on a plane: float32 (N, 2) as the last record, None before it while it
    takes. The same seed gives the same plane."""
    with ThreadPoolExecutor(1) as hand:
        layout = hand.submit(_laid_out, vectors.cpu().numpy(), seed, near)
        while True:
            try:
                yield layout.result(SECONDS_BETWEEN_REPORTS)
                return
            except TimeoutError:
                yield None


def _laid_out(vectors: np.ndarray, seed: int, near: int) -> np.ndarray:
    from umap import UMAP

    layout = UMAP(n_neighbors=min(near, len(vectors) - 1), metric="cosine", random_state=seed, n_jobs=1, min_dist=0.15)
    return layout.fit_transform(vectors).astype(np.float32)
