"""Three families: VAE, GAN and diffusion from the same data, side by side, and the lecture's table, measured."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.cards import Card
from engine.pictures import to_uint8
from pages.autoencoder_exhibits.sources import pick_data, pick_seed
from pages.components.sample_walls import Lane, sample_walls
from pages.gan_exhibits import families_quiz
from pages.gan_exhibits.families_measured import Family, diffusion, encodes, gan, vae
from pages.gan_exhibits.pictures_models import METHODS, SHORT, best, class_shares, model_of, published
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

OBJECTIVES = {
    "NegativeElbo": "a bound on log p(x)",
    "Adversarial": "a game of two",
    "PredictNoise": "finding the noise",
}


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        data, method, steps, seed = choose()
    with exhibit:
        stage = st.empty()
        with timed():
            families = [vae(data, seed), *([gan(method, data, seed)] if method else [])]
            families.append(denoised(families, data, seed, steps, stage))
            errors = {family.title: encodes(family.model, data) for family in families}
        with stage.container():
            walls(families, data, f"families-{data}")
        downloads(families, f"families-{data}-seed{seed}")
    figures, map_ = st.columns([5, 3], gap="large")
    with figures:
        st.markdown("#### The lecture's table, measured here")
        table(families, errors)
    with map_:
        st.plotly_chart(chart(families), key="families-chart", config={"displayModeBar": False})
    lesson(families, errors)


def choose() -> tuple[str, str, int, int]:
    """The controls: data, the GAN's method ("" if none is published), the diffusion model's steps, the seed."""
    data = pick_data()
    methods = published(data)
    method = ""
    if methods:
        method = st.selectbox(
            "The GAN", methods, methods.index(best(methods, data)), key=f"families-gan-{data}", bind="query-params",
            format_func=METHODS.get, help="Opens on the one with the smallest Fréchet distance.",
        )  # fmt: skip
    else:
        st.info(f"No GAN of these is published yet: `make train NAME={model_of('ns', data)}` makes one.")
    steps = st.slider(
        "Steps of the diffusion model", 4, 50, 10, key="families-steps", bind="query-params", help="Ancestral sampling"
    )
    return data, method, steps, int(pick_seed())


def denoised(others: list[Family], data: str, seed: int, steps: int, stage) -> Family:
    """The diffusion model's wall; while it is painted, the stage shows it beside the others."""
    preview = None
    for made in diffusion(data, seed, steps):
        if isinstance(made, np.ndarray):
            preview = preview or beside(others, data, stage)
            with preview.container():
                st.markdown(f"**Diffusion**, at work: {steps} passes for each picture")
                wall(made, alt="What the diffusion model believes so far", role=roles.GENERATED)
    return made


def beside(others: list[Family], data: str, stage):
    """The finished walls on the stage, and the place for the one that is not."""
    with stage.container():
        left, right = st.columns([max(len(others), 1), 1], gap="medium")
        with left:
            walls(others, data, f"families-first-{data}")
        return right.empty()


def walls(families: list[Family], data: str, key: str) -> None:
    """64 pictures of each, over the judge's counts."""
    lanes = [
        Lane(
            family.title, to_uint8(family.pictures)[None], family.p[None], class_shares(family.model),
            f"{family.passes} pass{'es' * (family.passes > 1)} · {milliseconds(family)} ms a picture",
        )
        for family in families
    ]  # fmt: skip
    sample_walls(
        key=key, lanes=lanes, classes=SHORT[data], label=f"Three families of {data}",
        hint="Press a bar: that class alone, in every wall.",
    )  # fmt: skip


def downloads(families: list[Family], name: str) -> None:
    """The walls to take home."""
    with st.container(horizontal=True):
        for family in families:
            png_button(f"{family.title} PNG", wall_array(family.pictures), f"{name}-{family.model}", 4)
        npz_button("All NPZ", name, **{family.model.replace("-", "_"): family.pictures for family in families})


def table(families: list[Family], errors: dict[str, float | None]) -> None:
    """Row by row what the lecture asserts, as it came out."""
    rows = {
        "Trained by": lambda f: objective(f.card),
        "Likelihood": likelihood,
        "Encoder": lambda f: "none" if errors[f.title] is None else f"yes, RMS {errors[f.title]:.3f}",
        "Passes a picture": lambda f: str(f.passes),
        "Milliseconds a picture": milliseconds,
        "Weights": lambda f: f"{f.card.parameters:,}",
        "Classes in 64 pictures": lambda f: f"**{f.covered}** of 10, H = {f.entropy:.2f}",
        "Classes, card": covered_on_card,
        "Sharpness": lambda f: f"{f.sharpness:.2f}",
        "Fréchet distance, card": lambda f: "not measured yet" if f.frechet is None else f"**{f.frechet:.2f}**",
        "Minutes of training": lambda f: f"{f.card.minutes:.0f}",
    }
    head = f"| | {' | '.join(f'{family.title}' for family in families)} |\n|:--|{':--|' * len(families)}\n"
    st.markdown(head + "\n".join(f"| {name} | {' | '.join(map(cell, families))} |" for name, cell in rows.items()))
    st.caption(
        f"Models: {', '.join(f'`{family.model}`' for family in families)}. Time is that of one batch of 64 on this "
        "machine. Sharpness: step between neighbouring pixels over ink, both root mean square. The diffusion model's "
        "distance is that of 50 DDIM steps and told classes, here it is told none; it has no encoder, but "
        "can be run backwards (*Diffusion*, *Noise space*)."
    )


def milliseconds(family: Family) -> str:
    """Of computing a picture, with two digits at least."""
    return f"{family.milliseconds:.{2 if family.milliseconds < 10 else 0}f}"


def objective(card: Card) -> str:
    """What the weights were trained by, in words if it is one of these."""
    name = card.objective.split("(")[0]
    return OBJECTIVES.get(name, f"`{name}`")


def likelihood(family: Family) -> str:
    """What the card knows of a bound on −log p(x)."""
    metric = family.card.metrics.get("neg_elbo")
    if metric:
        return f"≥ −{metric.value:.1f} nats"
    return "none" if family.card.objective.startswith("Adversarial") else "a bound, reweighted"


def covered_on_card(family: Family) -> str:
    """The classes that the card counted among many samples."""
    metric = family.card.metrics.get("classes_covered")
    return f"{metric.value:.0f} of 10 in {metric.samples:,}" if metric else "not counted"


def chart(families: list[Family]) -> go.Figure:
    """Time against distance: below and to the left is better."""
    figure = go.Figure()
    known = [family for family in families if family.frechet is not None]
    for family in known:
        figure.add_scatter(
            x=[family.milliseconds], y=[family.frechet], text=[family.title], mode="markers+text",
            textposition="top center", cliponaxis=False, showlegend=False,
            marker={"size": 14 + 3 * family.covered, "color": roles.GENERATED, "opacity": 0.75},
            hovertemplate=f"{family.title}: %{{x:.2f}} ms, Fréchet %{{y:.2f}}<extra></extra>",
        )  # fmt: skip
    spans = [family.milliseconds for family in known]
    figure.update_xaxes(
        title="ms a picture", type="log", dtick=1, range=np.log10([min(spans) / 3, 3 * max(spans)]).tolist()
    )
    figure.update_yaxes(title="Fréchet distance", rangemode="tozero")
    return figure.update_layout(
        title={"text": "Quality, speed, diversity (size: classes)", "font": {"size": 15}}, height=380,
        margin={"l": 0, "r": 0, "t": 50, "b": 0},
    )  # fmt: skip


def lesson(families: list[Family], errors: dict[str, float | None]) -> None:
    """What each family pays with, and the quiz."""
    left, right = st.columns([5, 4], gap="large")
    slow, fast = max(families, key=lambda f: f.milliseconds), min(families, key=lambda f: f.milliseconds)
    with left:
        st.markdown(
            "#### Guess, then see what was measured\n"
            "Answers come from the pictures above, not from a book: change the GAN, the steps or the seed, and some "
            "of them change."
        )
        families_quiz.ask(families, errors)
    with right:
        st.markdown(
            "#### Each pays in another coin\n"
            "A **VAE** maximises a bound on the likelihood, so it may leave nothing out, and averages where it is "
            "unsure. A **GAN** plays a game that asks for convincing pictures one by one: sharp, in one pass, "
            "but nothing counts what is left out. **Diffusion** also has its bound, and repairs a picture in many "
            f"passes: here {slow.title} takes {slow.milliseconds / fast.milliseconds:.0f} times as long "
            f"as {fast.title}."
        )
        st.latex(
            r"\begin{aligned}\text{VAE}&: \max\ \mathbb E_q \log p(x|z) - \mathrm{KL}(q\Vert p)\\"
            r"\text{GAN}&: \min_G\max_D\ \mathbb E\log D(x) + \mathbb E\log(1 - D(G(z)))\\"
            r"\text{Diffusion}&: \min\ \mathbb E\,\lVert \varepsilon - \varepsilon_\theta(x_t, t)\rVert^2\end{aligned}"
        )
        st.markdown(
            "#### Try this\n"
            "1. Choose the vanilla GAN: which row of the table changes most?\n"
            "2. Four steps of diffusion, then fifty: what do the extra passes buy?\n"
            "3. Point at pictures: which family's would you take for real?"
        )
        show_code("gans/operations.py", "generate")
