"""The collapse: the same latents through snapshots of a training, scrubbed in the browser, the counts moving along."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.pictures import grid, to_uint8
from pages.autoencoder_exhibits.sources import pick_seed
from pages.components.sample_walls import Lane, sample_walls
from pages.diffusion_exhibits.verdicts import class_counts, judged
from pages.gan_exhibits.pictures_models import (
    METHODS,
    SHORT,
    Sampled,
    class_shares,
    counted,
    entropy,
    latents,
    model_of,
    sampled,
)
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button
from pages.kit.footer import timed

PICTURES = 64
NOTHING = "none"


def render(data: str, methods: list[str]) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    filmed = [method for method in methods if snapshot_steps(model_of(method, data))]
    if not filmed:
        st.info(f"No snapshots of a training are published: `make train NAME={model_of('vanilla', data)}`.")
        return
    with controls:
        method, beside, seed = choose(data, methods, filmed)
    model = model_of(method, data)
    with timed():
        steps, film = filmed_training(model, data, seed)
        shares = counted(model, "snapshot_class_shares", len(steps))
        lanes = [Lane(METHODS[method], to_uint8(film.pictures), film.p, shares, "snapshots of one training")]
        if beside != NOTHING:
            lanes.append(standing(beside, data, seed))
    counts = np.stack([class_counts(p) for p in film.p])
    with exhibit:
        sample_walls(
            key=f"gan-collapse-{data}", lanes=lanes, classes=SHORT[data], fps=max(2, len(steps) / 8),
            captions=[caption(step, row) for step, row in zip(steps, counts, strict=True)],
            label=f"{METHODS[method]} training on {data}",
        )  # fmt: skip
        downloads(f"{model}-seed{seed}", steps, film)
        many = counts / PICTURES if shares is None else shares
        st.plotly_chart(bands(data, steps, many), key="gan-bands", config={"displayModeBar": False})
    lesson(cards.read(model).limits, steps, counts)


def choose(data: str, methods: list[str], filmed: list[str]) -> tuple[str, str, int]:
    """The controls: whose training is scrubbed, what stands beside it, the seed."""
    method = st.segmented_control(
        "Training", filmed, default=filmed[0], required=True, key=f"gan-film-{data}", bind="query-params", wrap=True,
        format_func=METHODS.get,
    )  # fmt: skip
    others = [other for other in methods if other != method]
    beside = st.selectbox(
        "Beside it, trained to the end", [NOTHING, *others], 1 if others else 0, key=f"gan-beside-{data}-{method}",
        bind="query-params", format_func=lambda name: METHODS.get(name, "nothing"),
    )  # fmt: skip
    return method, beside, int(pick_seed())


@st.cache_data(max_entries=32, show_spinner=False)
def snapshot_steps(model: str) -> tuple[int, ...]:
    """After how many steps the snapshots of a model's training were taken; empty if it has none."""
    try:
        return tuple(int(step) for step in cards.derived(model).get("snapshot_steps", ()))
    except cards.CheckpointError:
        return ()


@st.cache_data(max_entries=8, show_spinner=False)
def filmed_training(model: str, data: str, seed: int) -> tuple[tuple[int, ...], Sampled]:
    """The steps, and the pictures (S, 64, 28, 28) of the same latents at each with the judge's p(y|x), (S, 64, 10)."""
    steps, z = snapshot_steps(model), latents(model, PICTURES, seed)
    pictures = np.stack([
        client.engine().call(model, "generate_at", z=z, snapshot=index)[:, 0] for index in range(len(steps))
    ])  # fmt: skip
    p = judged(data, pictures.reshape(-1, *pictures.shape[2:]))
    return steps, Sampled(pictures, p.reshape(len(steps), PICTURES, -1))


def standing(method: str, data: str, seed: int) -> Lane:
    """A finished generator beside the film."""
    one = sampled(method, data, latents(model_of(method, data), PICTURES, seed))
    return Lane(
        METHODS[method], to_uint8(one.pictures)[None], one.p[None], class_shares(model_of(method, data)), "at the end"
    )


def caption(step: int, counts: np.ndarray) -> str:
    """What stands under a frame."""
    covered = int((counts > 0).sum())
    return f"step {step:,} · {covered} class{'es' * (covered > 1)} · H = {entropy(counts):.2f} of 2.30 nats"


def downloads(name: str, steps: tuple[int, ...], film: Sampled) -> None:
    """The film to take home."""
    frames = np.stack([grid(frame, 8, 1) for frame in film.pictures])
    with st.container(horizontal=True):
        gif_button("Film GIF", frames, name, fps=4, bounce=False)
        npz_button("NPZ", name, steps=np.array(steps), pictures=film.pictures, p=film.p)


def bands(data: str, steps: tuple[int, ...], shares: np.ndarray) -> go.Figure:
    """How the pictures divide among the classes, snapshot by snapshot: an even training has ten even bands in each."""
    figure = go.Figure()
    for label, title in enumerate(CLASSES[data]):
        figure.add_bar(
            x=[f"{step:,}" for step in steps], y=shares[:, label], name=title, marker_color=roles.CLASSES[label],
            hovertemplate=f"{title}: %{{y:.0%}} at step %{{x}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="training step of the snapshot", type="category")
    figure.update_yaxes(title="share of the samples", tickformat=".0%", range=[0, 1])
    return figure.update_layout(
        barmode="stack",
        bargap=0.06,
        height=280,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": -0.35, "traceorder": "normal"},
    )


def lesson(limits: str, steps: tuple[int, ...], counts: np.ndarray) -> None:
    """What happened in this training."""
    left, right = st.columns([5, 4], gap="large")
    covered = (counts > 0).sum(1)
    tallest = counts.argmax(1)
    with left:
        st.markdown(
            "#### The generator runs, the discriminator follows\n"
            f"At step {steps[0]:,} this wall holds {covered[0]} classes, at step {steps[-1]:,} {covered[-1]}; the most "
            f"were {covered.max()} at step {steps[int(covered.argmax())]:,}. The tallest bar changed "
            f"{int((np.diff(tallest) != 0).sum())} times. Where the discriminator is fooled at the moment, there all "
            "latents go; it learns to reject that place, and they leave together for the next. The game is a minimum "
            "over G of a maximum over D; played in turns it may become a maximum of a minimum instead, and the best "
            "answer to a fixed D is a single point."
        )
        st.latex(
            r"\begin{gathered}\min_G\max_D V(D,G)\;\neq\;\max_D\min_G V(D,G)\\"
            r"\arg\min_G V\colon\ G(z) = \arg\max_x D(x)\;\ \forall z\end{gathered}"
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Drag the slider slowly: which class does the wall rush to, and what does it leave behind?\n"
            "2. Follow one picture (point at it): does a latent keep its digit?\n"
            "3. Stop where the bars are most even, and where they are least. Are the single pictures any worse?\n"
            "4. Compare with a cure beside it."
        )
        show_code("gans/losses.py", "cross_entropy", "minimax")
    st.caption(limits)
