"""Latent: the same pictures made in pixels and in the features of an autoencoder, side by side."""

import numpy as np
import streamlit as st

from engine import cards
from engine.cards import Card
from engine.datasets import CLASSES
from engine.pictures import enlarge, grid
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.live import live_result
from pages.diffusion_exhibits.runs import MODELS, Result, Run, to_grey_levels, without_margin
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, png_button
from pages.kit.walls import wall_array

PICTURES = 10
COLUMNS = 5
LANES = {"Pixels": "", "Latents": "latent-"}
SAMPLERS = {"ddim": "DDIM", "ddpm": "DDPM, ancestral", "dpm_solver": "DPM-Solver++ (2M)"}


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        data, runs = choose()
        st.button("Halt", icon=":material/stop_circle:", width="stretch", help="Ends a run within a step.")
    missing = [run.model for run in runs.values() if run.model not in cards.names()]
    results = {}
    with exhibit:
        for place, (lane, run) in zip(st.columns(len(runs), gap="medium"), runs.items(), strict=True):
            if run.model not in missing:
                with place:
                    results[lane] = play(lane, run)
        for model in missing:
            st.info(
                f"The model `{model}` is not in pretrained/ yet: `make train NAME={model}` makes it.",
                icon=":material/hourglass_empty:",
            )
        figures, features = st.columns([5, 4], gap="medium")
        with figures:
            table({lane: (cards.read(runs[lane].model), result) for lane, result in results.items()})
        if "Latents" in results:
            with features:
                decoder(cards.read(runs["Latents"].model), results["Latents"])
    lesson(data)


def choose() -> tuple[str, dict[str, Run]]:
    """The same settings for both lanes."""
    data = pick_data()
    sampler = st.selectbox(
        "Sampler", list(SAMPLERS), key="latent-sampler", bind="query-params", format_func=SAMPLERS.get
    )
    steps = st.slider("Steps", 5, 100, 20, key="latent-steps", bind="query-params")
    names = CLASSES[data]
    label = st.selectbox("Class", ["one of each", *names], key=f"latent-class-{data}", bind="query-params")
    w = st.slider("Guidance w", 0.0, 10.0, 1.0, 0.5, key="latent-w", bind="query-params")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    classes = tuple(range(PICTURES)) if label == "one of each" else (names.index(label),) * PICTURES
    return data, {
        lane: Run(prefix + MODELS[data], classes, PICTURES, int(seed), steps, sampler, w)
        for lane, prefix in LANES.items()
    }


def play(lane: str, run: Run) -> Result:
    """One lane: its film, live the first time."""
    st.markdown(f"**{lane}** · `{run.model}`")
    stage = st.empty()
    result = live_result(run, stage, f"latent-{lane}", False)
    frames = sheets(result)
    captions = [f"t = {t}" for t in result.film.t]
    frame_player(
        key=f"latent-film-{lane}", frames=frames, fps=max(4, len(frames) / 4), height=360, hold=1.5, caption=captions,
        label=f"{cards.read(run.model).title} denoising",
    )  # fmt: skip
    with st.container(horizontal=True):
        name, sheet = f"{run.model}-seed{run.seed}", wall_array(without_margin(result.pictures), COLUMNS)
        gif_button("Film GIF", frames, name, bounce=False)
        png_button("Pictures PNG", sheet, name, 4)
    return result


def sheets(result: Result) -> np.ndarray:
    """x_t of every frame, all pictures on a sheet, uint8 (T, H, W)."""
    return np.stack([grid(without_margin(to_grey_levels(frame.x_t)), COLUMNS, 1) for frame in result.frames])


def table(lanes: dict[str, tuple[Card, Result]]) -> None:
    """What each lane costs and how good it is, for the same pictures."""
    rows = {
        "Numbers a picture": lambda card, _: f"{numbers(card):,}",
        "Shape": lambda card, _: shape(card),
        "Weights": lambda card, _: f"{card.parameters:,}",
        "Network calls × pictures": lambda _, result: f"{result.calls:,}",
        "Seconds of computing": lambda _, result: f"{result.seconds:.2f}",
        "Fréchet distance": lambda card, _: frechet(card),
        "Training steps": lambda card, _: f"{card.steps_done:,} of {card.steps_full:,}",
    }
    head = f"| | {' | '.join(lanes)} |\n|:--|{'--:|' * len(lanes)}\n"
    body = (f"| {name} | {' | '.join(cell(*lane) for lane in lanes.values())} |" for name, cell in rows.items())
    st.markdown(head + "\n".join(body))


def shape(card: Card) -> str:
    """What the model denoises, as people write it: 2 × 7 × 7."""
    channels, side = card.config["channels"], card.config["side"]
    return f"{channels} × {side} × {side}"


def numbers(card: Card) -> int:
    """How many numbers the model denoises for a picture."""
    return card.config["channels"] * card.config["side"] ** 2


def frechet(card: Card) -> str:
    """The measured distance in the judge's features after 50 DDIM steps, if the card has one."""
    metric = card.metrics.get("frechet_lenet")
    return f"{metric.value:.2f}" if metric and metric.samples > 1 else "not measured yet"


def decoder(card: Card, result: Result) -> None:
    """The latents of each picture beside what the autoencoder makes of them."""
    latents, images = result.frames[-1].x, without_margin(result.pictures)
    which = st.slider("What the decoder does, picture", 1, len(images), 4, key="latent-which", bind="query-params") - 1
    sheet = grid(np.clip(latents[which] / 6 + 0.5, 0, 1), 2, 1)
    features, painted = st.columns(2)
    features.image(enlarge(sheet, 12), caption=f"{shape(card)} latents …", width="stretch")
    painted.image(enlarge(images[which], 14), caption="… through codes and decoder", width="stretch")


def lesson(data: str) -> None:
    """Why one would diffuse anything but pixels."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Let an autoencoder do the pixels\n"
            "Most of a picture's numbers say nothing about what it shows. An autoencoder that is trained once takes "
            "them away, diffusion happens among what is left, and the decoder puts strokes and edges back. The codes "
            "of ours lie on a plane, so two coordinates at each of 7 × 7 places are enough, 98 numbers for 784 pixels; "
            "a photo of 512 × 512 × 3 shrinks from 786,432 numbers to 16,384 in Rombach et al. 2022."
        )
        st.latex(
            r"\begin{gathered}z_0 = A^{+}(E(x) - \mu),\qquad z_T \to \dots \to \hat z_0 \\"
            r"\hat x = D\big(\mathrm{codes}(\mu + A\,\hat z_0)\big)\end{gathered}"
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Watch both films at the same t: decoded noise is no grey snow but scribbles, for the decoder knows "
            "nothing else.\n"
            "2. Same seed, other steps: which lane is content with fewer?\n"
            "3. Compare the strokes: the latent lane can be no sharper than its autoencoder.\n"
            "4. Compare the seconds: where is the time spent if not in pixels?"
        )
        show_code("diffusion/latent.py", "to_latent", "from_latent", "plane")
    st.caption(
        f"The autoencoder is `vqvae-{data}`, the one of the exhibit *VQ codes*. Fréchet distances: 50 DDIM steps to "
        "the test pictures, in the features of the judge."
    )
