"""Public models: what others published with diffusers, on our samplers and in our film player."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client
from pages.components.diffusion_film import diffusion_film
from pages.diffusion_exhibits.live import last_good, live_result
from pages.diffusion_exhibits.reverse import SAMPLERS
from pages.diffusion_exhibits.runs import Result, Run, result
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.fetching import watch
from pages.kit.guard import guard
from pages.kit.walls import wall_array

EXAMPLE = "google/ddpm-cifar10-32"
OTHERS = ("google/ddpm-celebahq-256", "google/ddpm-church-256", "google/ddpm-bedroom-256", "google/ddpm-cat-256")
STANDS_IN = Run("ddpm-mnist", tuple(i % 10 for i in range(12)), 12, steps=20)


@dataclass(frozen=True)
class PublicRun(Run):
    """A run of somebody else's model: `model` is a name on the hub or a folder, `label` a class if it is told one."""

    label: int = 0

    def frames(self, x_T: np.ndarray | None = None) -> Iterator[SimpleNamespace]:
        return client.engine().stream(
            "diffusion", "denoise_public", source=self.model, pictures=self.pictures, seed=self.seed, steps=self.steps,
            sampler=self.sampler, label=self.label, every=self.every,
        )  # fmt: skip


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([3, 1], gap="large")
    with controls:
        run = choose()
        play = st.button("Fetch and play", type="primary", icon=":material/cloud_download:", width="stretch")
        st.button("Halt", icon=":material/stop_circle:", width="stretch", help="Ends the run within a step.")
        st.caption("Nothing is fetched before you press the button, and then once: it stays in the hub's cache here.")
    with exhibit:
        stage = st.empty()
        if play and not allowed(run.model):
            st.warning(
                "From afar only names on the hub can be played, such as `google/ddpm-cifar10-32`: folders are for "
                "the person at the machine that runs Manifold.",
                icon=":material/folder_off:",
            )
        elif play:
            with guard():
                fetch(run.model, stage)
                live_result(run, stage, "public", again=True)
        show(run)
    lesson()


def choose() -> PublicRun:
    """The settings of a run."""
    source = st.text_input(
        "Name on the Hugging Face hub, or a folder", EXAMPLE, key="public", bind="query-params", max_chars=300,
        help=f"A DDPM or DDIM pipeline around a UNet2DModel. Others: {', '.join(OTHERS)}.",
    )  # fmt: skip
    sampler = st.selectbox("Sampler", list(SAMPLERS), key="public-sampler", format_func=SAMPLERS.get)
    steps = st.slider("Steps", 5, 200, 20, 5, key="public-steps", bind="query-params")
    count = st.slider("Pictures", 1, 8, 4, key="public-count", bind="query-params")
    label = st.number_input("Class number", 0, 9999, 0, key="public-label", help="For a model that is told a class.")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    return PublicRun((source or EXAMPLE).strip(), (), count, int(seed), steps, sampler, label=int(label))


def allowed(source: str) -> bool:
    """Whether this visitor may ask for `source`: folders only at the machine itself, which sees no address."""
    return st.context.ip_address is None or bool(re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", source))


def fetch(source: str, stage) -> None:
    """Wait until a model is on this machine, with a progress bar. Raises `EngineError`."""
    with stage.container():
        reports = client.engine().stream("diffusion", "fetch_public", source=source)
        looking = f"Looking for {source}; the first time, diffusers takes a while to start."
        watch(reports, looking, f"Fetching {source}: ")


def show(run: PublicRun) -> None:
    """The last film that was made, or a film of our own digits until there is one."""
    kept = last_good("public")
    if kept is None:
        stand_in = result(STANDS_IN)
        diffusion_film(key="public-film", film=stand_in.film, label="Our own digits denoising")
        st.caption("Until you fetch a public model, our own `ddpm-mnist` stands in.")
        return
    played, made = kept
    diffusion_film(key="public-film", film=made.film, label=f"{played.model} denoising")
    if played != run:
        st.caption(f"This is `{played.model}` as it was played last; press the button for the new settings.")
    downloads(played, made)


def downloads(run: PublicRun, made: Result) -> None:
    """The film to take home."""
    name = f"{run.model.split('/')[-1]}-{run.sampler}-{run.steps}-seed{run.seed}"
    with st.container(horizontal=True):
        gif_button("Film GIF", np.stack([wall_array(x, 4) for x in made.film.x_t]), name, fps=15, bounce=False)
        png_button("Pictures PNG", wall_array(made.pictures, 4), name, 4)
        npz_button("Pictures NPZ", name, pictures=made.pictures, t=made.film.t, alpha_bar=made.film.alpha_bar)
    st.caption(f"{made.calls:,} pictures through the network in {made.seconds:.1f} s of computing.")


def lesson() -> None:
    """What differs between models that say the same."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Three things make a diffusion model portable\n"
            "Its network, its β, and *what* it predicts. Everything else is the sampler's, and samplers can be "
            "exchanged: a model that was trained for 1,000 DDPM steps plays here on DPM-Solver++ in 20. Some predict "
            "the noise, some the clean picture, some a velocity between the two; each gives the others:"
        )
        st.latex(
            r"\hat\varepsilon = \frac{x_t-\sqrt{\bar\alpha_t}\,\hat x_0}{\sqrt{1-\bar\alpha_t}}"
            r" = \sqrt{1-\bar\alpha_t}\,x_t + \sqrt{\bar\alpha_t}\,\hat v"
        )
        st.markdown(
            "On the same weights and noise our DDIM and DDPM give, step by step, the pictures of diffusers' own "
            "schedulers, to four digits; a test holds us to it."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            f"1. `{EXAMPLE}` is the model of Ho et al. 2020 on CIFAR-10. 20 steps, then 100: what do more steps buy?\n"
            "2. DDPM, ancestral, with 20 steps: why is this the one that wants a thousand?\n"
            "3. A model of 256 × 256: count the seconds a step. Then look at *Latent*.\n"
            "4. A folder of your own: what `pipeline.save_pretrained(…)` wrote plays here without a network."
        )
        show_code("diffusion/public.py", "PublicModel", "adapted")
