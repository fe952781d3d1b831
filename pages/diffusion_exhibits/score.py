"""Score view: the exact and the learned score of 2-D data, and particles that follow them from noise to data."""

from dataclasses import dataclass
from io import BytesIO
from zlib import crc32

import numpy as np
import streamlit as st
from safetensors.numpy import save

from engine import cards, toys
from engine.cards import CheckpointError
from engine.diffusion import toy_walks
from engine.diffusion.schedules import SCHEDULES, Schedule
from engine.toys import Mixture
from pages.components.score_field import score_field
from pages.components.sketch_pad import sketch_pad
from pages.diffusion_exhibits import score_lesson, score_training
from pages.kit import live_weights, roles

SOURCES = {"ring": "Ring", "moons": "Moons", "spiral": "Spiral", "drawn": "Draw"}
WAYS = {"langevin": "Langevin", "sde": "SDE", "ode": "ODE"}
BREAKS = {"no": "No", "corner": "Corner", "one": "One level"}
CORNER = (2.0, -2.0, 0.25)
START = {"no": (0.0, 0.0, 1.0), "corner": CORNER, "one": CORNER}
"""Particles begin at N((x, y), s² I): x, y, s."""
COLOURS = {
    "real": roles.REAL, "generated": roles.GENERATED, "noise": roles.NOISE, "score": roles.GRADIENT,
    "error": roles.ANOMALY,
}  # fmt: skip
SHIPPED = "toy-scores"


@dataclass(frozen=True)
class Choice:
    """What is looked at: data and how the particles go. `name` tells equal data from other data."""

    name: str
    mixture: Mixture
    way: str
    schedule: Schedule
    particles: int
    seed: int
    broken: str

    def plan(self) -> toy_walks.Plan:
        """The walk that the particles follow."""
        return toy_walks.plan(self.way, self.schedule, one_level=self.broken == "one")


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([10, 3], gap="medium")
    with controls:
        choice = choose()
        downloads(choice)
    planes, training = exhibit.container(), exhibit.container()
    with training:
        order = score_training.controls(choice.name, choice.seed)
    with planes:
        token = live_weights.new_token() if order else ""
        weights = b"" if order else score_training.trained(choice.name) or shipped(choice.name)
        show(choice, weights, f"/api/live/{token}" if order else "")
    score_lesson.render(choice.mixture, choice.way, choice.schedule)
    with training:
        if order:
            score_training.run(order, choice.name, choice.mixture, token)
        else:
            score_training.report(choice.name)


def choose() -> Choice:
    """The controls."""
    bound = {"bind": "query-params", "required": True}
    source = st.segmented_control("Data", SOURCES, default="ring", key="score-source", format_func=SOURCES.get, **bound)
    name, mixture = drawing() if source == "drawn" else (source, toys.SOURCES[source]())
    place = st.container()
    broken = st.segmented_control(
        "Break it", BREAKS, default="no", key="score-broken", format_func=BREAKS.get,
        help="All particles begin in one corner; with One level, Langevin dynamics also stays at the smallest noise.",
        **bound,
    )  # fmt: skip
    way = place.segmented_control(
        "Way from noise to data", WAYS, default="sde", key="score-way", format_func=WAYS.get,
        disabled=broken == "one", help="Annealed Langevin dynamics, the reverse SDE (DDPM's ancestral sampling) or the "
        "probability flow ODE (DDIM).", **bound,
    )  # fmt: skip
    particles = st.select_slider("Particles", [100, 300, 600, 1000, 2000], 600, key="score-n", bind="query-params")
    with st.container(horizontal=True):
        schedule = st.segmented_control("Schedule", list(SCHEDULES), default="cosine", key="score-schedule", **bound)
        seed = st.number_input("Seed", 0, 9999, 7, key="score-seed", bind="query-params", width=110)
    way = "langevin" if broken == "one" else way
    return Choice(name, mixture, way, SCHEDULES[schedule], particles, int(seed), broken)


def drawing() -> tuple[str, Mixture]:
    """What is drawn on the pad; until then a heart."""
    ink = sketch_pad(key="score-pad", brush=1.5, label="Draw where the data shall be")
    if ink is None:
        st.caption("Until you draw, a heart stands in.")
        return "heart", toys.heart()
    return f"drawing {crc32(ink.tobytes()):x}", toys.drawn(ink)


def show(choice: Choice, weights: bytes, live_url: str) -> None:
    """Both planes."""
    score_field(
        key="score", name=f"score-{choice.name.split()[0]}-{choice.way}", source=choice.mixture, plan=choice.plan(),
        start=START[choice.broken], particles=choice.particles, seed=choice.seed,
        colours=COLOURS, weights=weights, live_url=live_url,
        missing="No network has seen these data yet. Press Train it live: it takes about ten seconds.",
    )  # fmt: skip


@st.cache_data(show_spinner=False)
def shipped(name: str) -> bytes:
    """The published network of a built-in toy as safetensors; nothing for a drawing or when the file is not there."""
    try:
        tensors = cards.weights(SHIPPED)
    except CheckpointError:
        return b""
    mine = {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}
    return save(mine) if mine else b""


def downloads(choice: Choice) -> None:
    """Data and particles for a notebook; the browser saves its own particles as CSV."""

    def npz() -> bytes:
        x, y, spread = START[choice.broken]
        start = spread * np.random.default_rng(choice.seed).standard_normal((choice.particles, 2)) + [x, y]
        file = BytesIO()
        np.savez_compressed(
            file, data=choice.mixture.sample(choice.particles, choice.seed), start=start,
            end=toy_walks.walk(choice.mixture.x0_hat, start, choice.plan(), choice.seed),
        )  # fmt: skip
        return file.getvalue()

    st.download_button(
        "Data and particles NPZ", npz, f"score-{choice.way}.npz", "application/octet-stream",
        icon=":material/data_array:", on_click="ignore", width="stretch",
        help="Points of the data, where the particles began, and where the exact score led them.",
    )  # fmt: skip
