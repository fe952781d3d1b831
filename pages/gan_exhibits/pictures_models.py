"""Which generators of pictures there are, what they make of a latent, and what a judge reads in that."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client, information
from engine.cards import Card
from engine.latents import prior_samples
from pages.autoencoder_exhibits.sources import pick_data
from pages.diffusion_exhibits.verdicts import class_counts, judged

METHODS = {
    "vanilla": "Vanilla", "ns": "Non-saturating", "wgan-gp": "WGAN-GP", "r3": "R3GAN", "style": "Style",
}  # fmt: skip
NOTES = {
    "vanilla": "minimax, four G steps to one of D",
    "ns": "−log D(G(z)), R₁ penalty",
    "wgan-gp": "a critic with a gradient penalty",
    "r3": "relativistic, R₁ + R₂",
    "style": "a mapping network, styles",
}
SHORT = {
    "mnist": tuple("0123456789"),
    "fashion": ("Top", "Trou.", "Pull.", "Dress", "Coat", "Sand.", "Shirt", "Snkr", "Bag", "Boot"),
}
"""Names of the classes that fit under a narrow bar."""


@dataclass(frozen=True)
class Sampled:
    """A generator's pictures (N, 28, 28) in 0…1 and the judge's p(y|x), (N, 10)."""

    pictures: np.ndarray
    p: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many pictures the judge reads as each class, (10,)."""
        return class_counts(self.p)


def pick() -> tuple[str, list[str]]:
    """Digits or garments, and the methods whose generator of them is published; a sentence says which are not."""
    data = pick_data()
    there = published(data)
    missing = [model_of(method, data) for method in METHODS if method not in there]
    if missing:
        st.caption(
            f"Not in pretrained/ yet: {', '.join(f'`{name}`' for name in missing)}. "
            f"`make train NAME={missing[0]}` makes the first."
        )
    return data, there


def published(data: str) -> list[str]:
    """The methods whose generator is here, in the order in which the cures came."""
    here = cards.names()
    return [method for method in METHODS if model_of(method, data) in here]


def model_of(method: str, data: str) -> str:
    """The name of the weights."""
    return f"gan-{method}-{data}"


def best(methods: list[str], data: str) -> str:
    """The method whose card has the smallest distance to the test pictures; the last one, if none is measured."""

    def distance(method: str) -> float:
        metric = cards.read(model_of(method, data)).metrics.get("frechet_lenet")
        return metric.value if metric else float("inf")

    return min(reversed(methods), key=distance)


def latents(model: str, n: int, seed: int) -> np.ndarray:
    """n latents (n, d) of a model, the same for the same seed."""
    return prior_samples(n, cards.read(model).config["latent"], seed)


@st.cache_data(max_entries=128, show_spinner=False)
def generated(model: str, z: np.ndarray) -> np.ndarray:
    """Pictures (N, 28, 28) in 0…1 of latents (N, d)."""
    return client.engine().call(model, "generate", z=z.astype(np.float32))[:, 0]


def sampled(method: str, data: str, z: np.ndarray) -> Sampled:
    """What one method makes of latents (N, d)."""
    pictures = generated(model_of(method, data), z)
    return Sampled(pictures, judged(data, pictures))


def class_shares(model: str) -> np.ndarray | None:
    """The shares (1, 10) of the classes among the many samples that the card rests on; None if nobody counted."""
    return counted(model, "class_shares", 1)


@st.cache_data(max_entries=64, show_spinner=False)
def counted(model: str, name: str, frames: int) -> np.ndarray | None:
    """An array of shares (frames, 10) from those beside the weights; None if there is none."""
    try:
        shares = cards.derived(model).get(name)
    except cards.CheckpointError:
        return None
    return None if shares is None else shares.astype(np.float64).reshape(frames, -1)


def entropy(counts: np.ndarray) -> float:
    """H(p) in nats of the shares behind `counts`; log 10 when all ten classes are equally frequent."""
    return float(information.entropy(counts / counts.sum()))


def frechet(card: Card) -> str:
    """The measured distance to the test pictures, if the card has one."""
    metric = card.metrics.get("frechet_lenet")
    return f"{metric.value:.2f}" if metric else "not measured yet"
