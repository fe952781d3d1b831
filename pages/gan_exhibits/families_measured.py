"""Three families on the same data: what each makes, in how many passes and how much time, as measured here and now."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.cards import Card
from engine.errors import BadRequest
from engine.latents import prior_samples
from pages.autoencoder_exhibits.sources import one_of_each
from pages.diffusion_exhibits.runs import MODELS, Run, to_pictures, without_margin
from pages.diffusion_exhibits.verdicts import class_counts, judged
from pages.gan_exhibits.pictures_models import entropy, latents, model_of

PICTURES = 64
VAE_DIMENSIONS = 20
MOST_RUNS = 24


@dataclass(frozen=True)
class Family:
    """One family's 64 pictures (N, 28, 28) in 0…1, the judge's p(y|x), and what they cost."""

    title: str
    model: str
    pictures: np.ndarray
    p: np.ndarray
    passes: int
    """Times that one picture went through the network."""
    seconds: float

    @property
    def card(self) -> Card:
        """What is known of the weights."""
        return cards.read(self.model)

    @property
    def milliseconds(self) -> float:
        """Of computing, a picture."""
        return 1000 * self.seconds / len(self.pictures)

    @property
    def counts(self) -> np.ndarray:
        """How many pictures the judge reads as each class, (10,)."""
        return class_counts(self.p)

    @property
    def covered(self) -> int:
        """How many classes occur."""
        return int((self.counts > 0).sum())

    @property
    def entropy(self) -> float:
        """Of the counts, in nats."""
        return entropy(self.counts)

    @property
    def sharpness(self) -> float:
        """Root mean square step between neighbouring pixels over that of the ink: soft pictures have small ones."""
        steps = [np.square(np.diff(self.pictures, axis=axis)).mean() for axis in (1, 2)]
        return float(np.sqrt(np.mean(steps) / np.square(self.pictures).mean()))

    @property
    def frechet(self) -> float | None:
        """The card's distance to the test pictures, if it has been measured."""
        metric = self.card.metrics.get("frechet_lenet")
        return metric.value if metric and metric.samples >= 1000 else None


@st.cache_data(max_entries=24, show_spinner=False)
def vae(data: str, seed: int) -> Family:
    """Pictures decoded from draws of the prior."""
    model = f"vae{VAE_DIMENSIONS}-{data}"
    return _one_pass("VAE", model, data, "decode", prior_samples(PICTURES, VAE_DIMENSIONS, seed))


@st.cache_data(max_entries=24, show_spinner=False)
def gan(method: str, data: str, seed: int) -> Family:
    """Pictures of a generator."""
    model = model_of(method, data)
    return _one_pass("GAN", model, data, "generate", latents(model, PICTURES, seed))


def _one_pass(title: str, model: str, data: str, operation: str, z: np.ndarray) -> Family:
    engine = client.engine()
    engine.call(model, operation, z=z[:1])  # loads the model, which is not what is to be timed
    started = time.perf_counter()
    pictures = engine.call(model, operation, z=z)[:, 0]
    seconds = time.perf_counter() - started
    return Family(title, model, pictures, judged(data, pictures), 1, seconds)


def diffusion(data: str, seed: int, steps: int) -> Iterator[Family | np.ndarray]:
    """What the model takes its 64 pictures (N, 28, 28) for after each pass; last, or at once if kept, the family."""
    run, kept = Run(MODELS[data], (), PICTURES, seed, steps, "ddpm"), finished_runs()
    if run not in kept:
        for frame in run.frames():
            yield without_margin(to_pictures(frame.x0_hat))
        pictures = without_margin(to_pictures(frame.x_t))
        passes = frame.calls // PICTURES
        kept[run] = Family("Diffusion", run.model, pictures, judged(data, pictures), passes, frame.seconds)
        while len(kept) > MOST_RUNS:
            kept.popitem(last=False)
    yield kept[run]


@st.cache_resource(show_spinner=False)
def finished_runs() -> OrderedDict[Run, Family]:
    """The newest runs of diffusion models, for everybody."""
    return OrderedDict()


@st.cache_data(max_entries=24, show_spinner=False)
def encodes(model: str, data: str) -> float | None:
    """RMS between ten pictures and what the model makes of its own code of them; None if it has no encoder."""
    x = one_of_each(data, 7, 10)
    try:
        z = client.engine().call(model, "encode", x=x[:, None].astype(np.float32))
    except BadRequest:
        return None
    again = client.engine().call(model, "decode", z=z)[:, 0]
    return float(np.sqrt(np.square(again - x).mean()))
