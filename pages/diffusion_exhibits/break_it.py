"""Break it: one thing about sampling is done wrong, beside the sound run from the same noise."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from engine.diffusion.schedules import COSINE, LINEAR
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.in_step import MOMENTS, computed, in_step, read_as_told
from pages.diffusion_exhibits.reverse import SAMPLERS
from pages.diffusion_exhibits.runs import MODELS, TITLES, Result, Run
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, png_button
from pages.kit.walls import wall, wall_array

PICTURES = 10
COLUMNS = 5


@dataclass(frozen=True)
class Fault:
    """What is done wrong: the sound way, the broken way, what one sees and why, and the lines it happens in."""

    title: str
    sound: str
    broken: str
    settings: dict
    fault: dict
    happens: str
    code: tuple[str, ...]


FAULTS = {
    "no-noise": Fault(
        "No noise", "fresh noise at every step", "no fresh noise", {"sampler": "ddpm", "steps": 25},
        {"options": (("noise_scale", 0.0),)},
        "The strokes get thin and smooth, and much of what makes one picture differ from another is gone. Each step "
        "goes to the *mean* of what the next picture could be; without the dice it is less noisy than the network "
        "was trained to see at that t, so the network takes more away than it should, and the next mean is duller "
        "still.",
        ("diffusion/samplers.py", "ddpm"),
    ),
    "last-step": Fault(
        "Noise at the end", "no noise at the last step", "noise at the last step too", {"sampler": "ddpm", "steps": 12},
        {"options": (("noise_at_end", True),)},
        "Grain lies over finished pictures. The noise of a step is there for the next step to take away, and after the "
        "last one there is no next: line 3 of Algorithm 2 sets z = 0.",
        ("diffusion/samplers.py", "ddpm"),
    ),
    "schedule": Fault(
        "Wrong schedule", "asked at the t of equal noise", "asked at the same t", {"steps": 25,
        "options": (("schedule", "linear"),)}, {"options": (("schedule", "linear"), ("mismatch", True))},
        "The sampler walks down the linear schedule, the network was trained with the cosine one. Told the wrong t, it "
        "expects less noise than there is: it takes noise for strokes and keeps it, and the pictures come out bloated "
        "or torn. Nothing crashes, which is why this is the commonest mistake of all.",
        ("diffusion/guidance.py", "translated"),
    ),
    "guidance": Fault(
        "w = 20", "w = 2", "w = 20", {"steps": 25, "w": 2.0}, {"w": 20.0},
        "Everything is overdone: bold strokes, hard edges, and here and there a shape that breaks. The difference "
        "between told and not told is a direction, and twenty times a direction ends far outside of all that the "
        "network has seen, where its next answer is worth little.",
        ("diffusion/guidance.py", "classifier_free"),
    ),
    "steps": Fault(
        "3 steps", "40 steps", "3 steps", {"steps": 40}, {"steps": 3},
        "Grain and half-faded ghosts. From pure noise the best guess is the mean of all pictures of its class; a step "
        "that long walks a third of the way towards that mean, and two more guesses cannot undo it.",
        ("diffusion/samplers.py", "ddim"),
    ),
}  # fmt: skip


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([7, 2], gap="medium")
    with controls:
        fault, sound = choose()
    broken = replace(sound, **fault.fault)
    with view:
        titles, film = st.container(), st.container()
        pair = [computed(sound, st.empty(), "sound"), computed(broken, st.empty(), "broken")]
        with titles:
            names = (f":orange[**Sound**] · {fault.sound}", f":red[**Broken**] · {fault.broken}")
            for place, name in zip(st.columns(2), names, strict=True):
                place.markdown(name)
        frames = in_step([result.film for result in pair], COLUMNS)
        with film:
            frame_player(
                key="break-film", frames=frames, fps=15, height=240, hold=2, label="A sound and a broken run",
                caption=[f"◀ sound · t = {t} · broken ▶" for t in MOMENTS],
            )  # fmt: skip
        ends(sound, pair)
        figures(sound, pair)
        name = f"{fault.title.lower().replace(' ', '-')}-seed{sound.seed}"
        with st.container(horizontal=True):
            gif_button("Film GIF", frames, name, fps=15, bounce=False)
            png_button("Walls PNG", wall_array(np.concatenate([each.pictures for each in pair]), PICTURES), name, 4)
    lesson(fault, sound)


def choose() -> tuple[Fault, Run]:
    """What breaks, and the sound run."""
    chosen = st.radio(
        "What goes wrong", list(FAULTS), key="fault", bind="query-params", format_func=lambda name: FAULTS[name].title
    )
    data = pick_data(among=TITLES)
    label = st.selectbox("Class", ["one of each", *CLASSES[data]], key=f"break-class-{data}", bind="query-params")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same noise.")
    classes = range(PICTURES) if label == "one of each" else (CLASSES[data].index(label),) * PICTURES
    fault = FAULTS[chosen]
    return fault, Run(MODELS[data], tuple(classes), PICTURES, int(seed), **fault.settings)


def ends(run: Run, pair: list[Result]) -> None:
    """The finished pictures of both runs."""
    for result, place, role, name in zip(
        pair, st.columns(2), (roles.GENERATED, roles.ANOMALY), ("Sound", "Broken"), strict=True
    ):
        with place:
            wall(result.pictures, COLUMNS, alt=f"{name}, {SAMPLERS[run.sampler]}", role=role)


def figures(run: Run, pair: list[Result]) -> None:
    """What can be measured on the pictures on show, broken beside sound."""
    measured = {
        "Spread of pixels": [f"{each.pictures.std():.3f}" for each in pair],
        "Grey pixels": [f"{grey(each.pictures):.0%}" for each in pair],
        "Variety (RMS)": [f"{variety(each.pictures):.3f}" for each in pair],
    }
    told = [read_as_told(run, each.pictures) for each in pair]
    if told[0] is not None:
        measured = {"Read as told": [f"{each.sum()} of {len(each)}" for each in told]} | measured
    with st.grid(len(measured), min_column_width=150):
        for name, (sound, broken) in measured.items():
            st.metric(name, broken, f"sound: {sound}", delta_color="off", delta_arrow="off", border=True)


def grey(pictures: np.ndarray) -> float:
    """The share of pixels between 5 and 95 % of white."""
    return float(((pictures > 0.05) & (pictures < 0.95)).mean())


def variety(pictures: np.ndarray) -> float:
    """How far pictures (N, …) lie from their mean, root mean square over all pixels."""
    return float(np.sqrt(np.square(pictures - pictures.mean(0)).mean()))


def lesson(fault: Fault, run: Run) -> None:
    """What happens and why, the equation with this run's numbers, the code."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"#### What happens\n{fault.happens}")
        st.latex(equation(fault, run))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Scrub to the middle: at which t do the two runs part?\n"
            "2. Ten pictures of one class, without noise: how much variety is left?\n"
            "3. Which of the faults would you notice in the pictures, which only in the figures?\n"
            "4. An independent judge reads the pictures. It may well like broken ones: it reads the class, not the "
            "quality. Variety is how far the pictures lie from their mean."
        )
        show_code(*fault.code)


def equation(fault: Fault, run: Run) -> str:
    """The line that is broken, with the numbers of this run."""
    visits = COSINE.visits(run.steps)
    middle, after, last = int(visits[len(visits) // 2]), int(visits[len(visits) // 2 + 1]), int(visits[-2])
    alpha_bar = float(COSINE.alpha_bar[middle])
    if fault is FAULTS["no-noise"]:
        beta = 1 - alpha_bar / float(COSINE.alpha_bar[after])
        sigma = (beta * (1 - float(COSINE.alpha_bar[after])) / (1 - alpha_bar)) ** 0.5
        return r"x_{%d} = \tilde\mu(x_{%d}, \hat x_0) + \underbrace{%.3f}_{\sigma}\cdot\textcolor{%s}{0}\cdot z" % (
            after, middle, sigma, roles.ANOMALY,
        )  # fmt: skip
    if fault is FAULTS["last-step"]:
        grain = (1 - float(COSINE.alpha_bar[last])) ** 0.5
        return r"x_0 = \tilde\mu(x_{%d}, \hat x_0) + \textcolor{%s}{%.3f\,z}" % (last, roles.ANOMALY, grain)
    if fault is FAULTS["schedule"]:
        noisy = float(LINEAR.alpha_bar[middle])
        return (
            r"\bar\alpha_{%d}^{\mathrm{linear}} = %.3f,\quad \bar\alpha_{%d}^{\mathrm{cosine}} = "
            r"\textcolor{%s}{%.3f};\qquad \text{right would be }t = %.0f"
            % (middle, noisy, middle, roles.ANOMALY, alpha_bar, COSINE.time_of(noisy))
        )
    if fault is FAULTS["guidance"]:
        return (
            r"\tilde\varepsilon = \varepsilon(x, \varnothing) + \textcolor{%s}{20}\,(\varepsilon(x, y) - "
            r"\varepsilon(x, \varnothing))" % roles.ANOMALY
        )
    times = r" \to ".join(str(t) for t in COSINE.visits(3))
    stride = COSINE.steps // run.steps
    return r"t:\ \textcolor{%s}{%s}\quad\text{instead of %d steps of %d}" % (roles.ANOMALY, times, run.steps, stride)
