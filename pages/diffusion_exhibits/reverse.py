"""Reverse: a model turns noise into pictures while one watches; then the film is in the browser, to be scrubbed."""

from itertools import cycle, islice

import numpy as np
import streamlit as st

from engine.cards import read
from engine.datasets import CLASSES
from pages.components.diffusion_film import diffusion_film
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.live import live_result
from pages.diffusion_exhibits.runs import MODELS, TITLES, Result, Run
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button
from pages.kit.walls import wall_array

SAMPLERS = {
    "ddpm": "DDPM, ancestral", "ddim": "DDIM", "dpm_solver": "DPM-Solver++ (2M)", "langevin": "Annealed Langevin",
}  # fmt: skip
PICTURES = 12


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        run = choose()
        again = st.button("Play it live", type="primary", icon=":material/play_arrow:", width="stretch")
        st.button(
            "Halt", icon=":material/stop_circle:", width="stretch", help="Ends the run within a step, keeps its film."
        )
    with view:
        stage = st.empty()
        result = live_result(run, stage, "reverse", again)
        diffusion_film(key="reverse-film", film=result.film, label=f"{read(run.model).title} denoising")
        if (t := result.film.t[-1]) > 0:
            st.info(f"Halted at t = {t}: x₀ is the network's guess at that time.", icon=":material/stop_circle:")
    downloads(run, result)
    lesson(run, result)


def choose() -> Run:
    """The settings of a run."""
    data = pick_data(among=TITLES)
    sampler = st.selectbox("Sampler", list(SAMPLERS), key="sampler", bind="query-params", format_func=SAMPLERS.get)
    steps = st.number_input(
        "Steps", 1, 1000, 40, key="steps", bind="query-params", help="DDPM was made for 1,000; a solver needs 10 to 50."
    )
    label = st.selectbox("Class", ["one of each", "none", *CLASSES[data]], key=f"class-{data}", bind="query-params")
    w = st.slider("Guidance w", 0.0, 10.0, 1.0, 0.5, key="w", bind="query-params", disabled=label == "none")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    return Run(MODELS[data], classes_of(data, label), PICTURES, int(seed), int(steps), sampler, w)


def classes_of(data: str, label: str) -> tuple[int, ...]:
    """The class of each picture."""
    if label == "none":
        return ()
    named = range(len(CLASSES[data])) if label == "one of each" else (CLASSES[data].index(label),)
    return tuple(islice(cycle(named), PICTURES))


def downloads(run: Run, result: Result) -> None:
    """The film to take home."""
    name = f"{run.model}-{run.sampler}-{run.steps}-seed{run.seed}"
    film = result.film
    with st.container(horizontal=True):
        gif_button("Film GIF", np.stack([wall_array(x, 4) for x in film.x_t]), name, fps=15, bounce=False)
        npz_button(
            "Trajectory NPZ", name, t=film.t, alpha_bar=film.alpha_bar,
            **{view: np.stack([getattr(f, view) for f in result.frames]) for view in ("x_t", "x0_hat", "eps_hat")},
        )  # fmt: skip
    st.caption(f"{result.calls:,} pictures through the network in {result.seconds:.2f} s of computing.")


def lesson(run: Run, result: Result) -> None:
    """What a step does, with this run's numbers."""
    left, right = st.columns(2, gap="large")
    middle = len(result.film.t) // 2
    t, alpha_bar = int(result.film.t[middle]), float(result.film.alpha_bar[middle])
    far, near = result.film.distance[middle]
    with left:
        st.markdown(
            "#### One network, asked again and again\n"
            "The network is only ever asked one thing: *which noise is in this picture?* From its answer "
            r"$\hat\varepsilon$ follows a guess of the clean picture, $\hat x_0$: at first the mean of all that it "
            "could become, blurred; with each step there is less to choose from. The sampler walks a little way "
            "towards the guess, and asks again."
        )
        st.latex(
            r"\hat x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t}\,\hat\varepsilon}{\sqrt{\bar\alpha_t}}"
            r" = \frac{x_{%d} - %.3f\,\hat\varepsilon}{%.3f}" % (t, (1 - alpha_bar) ** 0.5, alpha_bar**0.5)
        )
        st.markdown(
            f"At t = {t}, half-way, x_t is still {far:.2f} away from where it will end (root mean square per pixel), "
            f"but x̂₀ only {near:.2f}: the network knows the picture long before one can see it."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Step with the arrow keys: at which t can *you* name the digit in x_t, and when in x̂₀?\n"
            "2. DDPM with 40 steps, then with 200: what do more steps mend?\n"
            "3. DDIM adds no noise on the way, so its early slips stay. Which solver needs the fewest steps?\n"
            "4. Class *none*: the same noise, and the model must choose itself.\n"
            "5. Same seed, another class: what do the pictures share?"
        )
        show_code("diffusion/samplers.py", run.sampler, "predict")
