"""What can be asked of embeddings, in NumPy: mixed queries, rankings and the zero-shot classifier. No torch."""

from collections.abc import Sequence

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (…, D) with a length of 1; what has none stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.maximum(length, 1e-12)


def mixed(embeddings: np.ndarray, weights: Sequence[float]) -> np.ndarray:
    """One query out of several: Σ wᵢ eᵢ for embeddings (N, D) of texts and pictures, normalised, (D,).

    A negative weight takes a meaning away. Raises `ValueError` where everything cancels.
    """
    query = np.asarray(weights, np.float32) @ embeddings.astype(np.float32)
    if not np.linalg.norm(query) > 1e-6:
        raise ValueError("The parts of this query cancel each other out.")
    return unit(query)


def ranking(query: np.ndarray, embeddings: np.ndarray, k: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The `k` nearest of embeddings (N, D) to a query (D,): indices and cosines, best first; equal ones in order."""
    scores = embeddings.astype(np.float32) @ query.astype(np.float32)
    best = np.argsort(-scores, kind="stable")[:k]
    return best, scores[best]


def classifier(embeddings: np.ndarray) -> np.ndarray:
    """Text embeddings (classes, templates, D) → one vector a class, (classes, D): the normalised mean of its templates.

    A zero-shot classifier is a linear one whose weights are written in words (Radford et al. 2021, section 3.1.4).
    """
    return unit(unit(embeddings).mean(1))


def probabilities(pictures: np.ndarray, classes: np.ndarray, logit_scale: float) -> np.ndarray:
    """softmax(logit_scale · cosine) for pictures (B, D) and classes (C, D), unit vectors both: (B, C)."""
    logits = logit_scale * (pictures.astype(np.float32) @ classes.astype(np.float32).T)
    logits -= logits.max(1, keepdims=True)
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(1, keepdims=True)


def without_each(text: str) -> tuple[list[str], list[str]]:
    """The words of a text, and the text without each of them: how much a score falls is what that word weighs."""
    words = text.split()
    return words, [" ".join(words[:i] + words[i + 1 :]) for i in range(len(words))]
