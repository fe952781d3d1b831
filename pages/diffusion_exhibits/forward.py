"""Forward: a picture is destroyed in one jump and step by step, under two schedules; both ways end alike."""

from itertools import islice

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.diffusion import forward
from engine.diffusion.conversions import eps_from_x0
from engine.diffusion.schedules import COSINE, SCHEDULES, Schedule
from engine.pictures import grid
from pages.autoencoder_exhibits.ink import STILL, blank, stroke
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits.runs import to_grey_levels
from pages.diffusion_exhibits.subject import Subject, pick_subject
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.walls import wall

MOMENTS = COSINE.visits(60)[::-1]
STRIP = np.arange(0, COSINE.steps + 1, 100)
WALKS = 2000
SEAM = 1


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        subject = pick_subject()
        name = st.segmented_control(
            "Schedule", ["cosine", "linear"], default="cosine", required=True, key="schedule", bind="query-params"
        )
        t = st.slider("t", 1, COSINE.steps, 350, key="t", bind="query-params", help="Where walks are measured.")
    schedule = SCHEDULES[name]
    jumps, walked = jumped(subject, schedule, MOMENTS), walk_of(subject, schedule)
    with view:
        film, same = st.columns([3, 2], gap="medium")
        pairs = to_grey_levels(np.stack([jumps, walked[MOMENTS]], 1))
        frames = np.stack([grid(pair, 2, SEAM) for pair in pairs])
        with film:
            frame_player(
                key="forward", frames=frames, fps=15, height=330, bounce=True, hold=1,
                caption=[caption(int(moment), schedule) for moment in MOMENTS],
                label="One jump and a walk to the same t",
            )  # fmt: skip
        with same:
            marginals(subject, walked, t, schedule)
        rows = strips(subject)
        wall(to_grey_levels(rows), len(STRIP), [f"{each}, t = 0 to 1,000" for each in SCHEDULES], "Forward process")
        with st.container(horizontal=True):
            gif_button("Film GIF", frames, f"forward-{name}", fps=15)
            png_button("Strips PNG", grid(to_grey_levels(rows), len(STRIP)), "forward-strips", 4)
            npz_button("Film NPZ", f"forward-{name}", t=MOMENTS, jump=jumps, walk=walked[MOMENTS])
    schedules(t)
    lesson(t, schedule)


def jumped(subject: Subject, schedule: Schedule, times: np.ndarray) -> np.ndarray:
    """x_t at each of the times in one jump, all with the same ε: (T, 1, 32, 32)."""
    same = [subject.seed, 1]
    return np.stack([forward.jump(subject.x0, int(t), schedule, np.random.default_rng(same)) for t in times])


def walk_of(subject: Subject, schedule: Schedule) -> np.ndarray:
    """One walk through all times, (1001, 1, 32, 32)."""
    return np.stack(list(forward.walk(subject.x0, schedule, np.random.default_rng([subject.seed, 2]))))


def strips(subject: Subject) -> np.ndarray:
    """x_t at eleven times under each schedule with the same ε, one schedule after the other."""
    return np.concatenate([jumped(subject, schedule, STRIP) for schedule in SCHEDULES.values()])


def caption(t: int, schedule: Schedule) -> str:
    """What stands under a frame: the jump on the left, the walk on the right."""
    jumps = "1 jump" if t else "the picture"
    return f"◀ {jumps} · t = {t} · ᾱ = {schedule.alpha_bar[t]:.3f} · {t:,} steps ▶"


def marginals(subject: Subject, walked: np.ndarray, t: int, schedule: Schedule) -> None:
    """2,000 walks of the brightest pixel at t against the closed form, and the noise in all pixels of the film."""
    pixel, alpha_bar = float(subject.x0.max()), float(schedule.alpha_bar[t])
    mean, spread = alpha_bar**0.5 * pixel, (1 - alpha_bar) ** 0.5
    walks, jumps = many_walks(pixel, t, schedule.name, subject.seed), many_jumps(pixel, t, schedule.name, subject.seed)
    st.markdown(f"**{WALKS:,} walks of the brightest pixel** and the :blue[closed form], at t = {t}")
    st.plotly_chart(histogram(walks, mean, spread), key="forward-histogram", config=STILL)
    measured = [(f"{WALKS:,} jumps", jumps), (f"{WALKS:,} walks", walks)]
    rows = [("closed form", mean, spread), *((way, draws.mean(), draws.std()) for way, draws in measured)]
    st.markdown(
        "| | mean | spread |\n|---|--:|--:|\n"
        + "\n".join(f"| {way} | {centre:.3f} | {width:.3f} |" for way, centre, width in rows)
    )
    jumped_eps, walked_eps = (
        eps_from_x0(x_t, subject.x0, alpha_bar) for x_t in (jumped(subject, schedule, np.array([t]))[0], walked[t])
    )
    st.caption(
        f"By chance alone a mean may be off by {spread / WALKS**0.5:.3f}. The noise in the {subject.x0.size:,} pixels "
        f"of the film has the spread {jumped_eps.std():.2f} after one jump and {walked_eps.std():.2f} after {t:,} "
        "steps; it should be 1."
    )


def schedules(t: int) -> None:
    """What is left of the picture under each schedule."""
    curve, ratio = st.columns(2, gap="medium")
    with curve:
        st.markdown(r"**What is left of the picture's variance**, $\bar\alpha_t$")
        st.plotly_chart(curves({n: s.alpha_bar for n, s in SCHEDULES.items()}, t), key="forward-alpha", config=STILL)
    with ratio:
        st.markdown(r"**Signal to noise**, $\ln\,\bar\alpha_t / (1 - \bar\alpha_t)$")
        logs = {n: np.append(np.nan, np.log(s.snr[1:])) for n, s in SCHEDULES.items()}
        st.plotly_chart(curves(logs, t).update_yaxes(range=[-12, 10]), key="forward-snr", config=STILL)


@st.cache_data(max_entries=256, show_spinner=False)
def many_walks(pixel: float, t: int, schedule: str, seed: int) -> np.ndarray:
    """Where 2,000 walks of one pixel are at t, (2000,)."""
    walks = forward.walk(np.full(WALKS, pixel), SCHEDULES[schedule], np.random.default_rng(seed))
    return next(islice(walks, t, None))


def many_jumps(pixel: float, t: int, schedule: str, seed: int) -> np.ndarray:
    """Where 2,000 jumps of one pixel to t end, (2000,)."""
    return forward.jump(np.full(WALKS, pixel), t, SCHEDULES[schedule], np.random.default_rng(seed + 1))


def histogram(draws: np.ndarray, mean: float, spread: float) -> go.Figure:
    """The density of the draws as bars, the Gaussian of the closed form as a line."""
    density, edges = np.histogram(draws, 40, (mean - 4 * spread, mean + 4 * spread), density=True)
    x = np.linspace(edges[0], edges[-1], 200)
    figure = blank(190)
    figure.add_bar(x=(edges[:-1] + edges[1:]) / 2, y=density, marker_color=roles.NOISE, hoverinfo="skip")
    gaussian = np.exp(-(((x - mean) / spread) ** 2) / 2) / (2 * np.pi) ** 0.5 / spread
    figure.add_trace(stroke(x, gaussian, roles.LATENT))
    figure.update_layout(bargap=0, margin_t=8)
    return figure.update_yaxes(visible=False)


def curves(values: dict[str, np.ndarray], t: int) -> go.Figure:
    """A quantity over t under each schedule, with a dot and its value at the chosen t."""
    places = {
        "linear": ("dot", "bottom right" if t < 300 else "bottom left"),
        "cosine": ("solid", "top right" if t < 700 else "top left"),
    }
    figure = blank(240)
    for name, (dash, place) in places.items():
        line = values[name]
        figure.add_trace(stroke(np.arange(len(line))[::5], line[::5], roles.NOISE, 3, dash))
        figure.add_scatter(
            x=[t], y=[line[t]], mode="markers+text", marker={"color": roles.GENERATED, "size": 11},
            text=[f"{name} {line[t]:.2f}".replace("-", "−")], cliponaxis=False, hoverinfo="skip",
            textposition=place, textfont_size=14,
        )  # fmt: skip
    figure.add_vline(t, line={"color": roles.NOISE, "width": 1})
    return figure.update_layout(margin_t=8)


def lesson(t: int, schedule: Schedule) -> None:
    """Two equations for one distribution, with the numbers of the chosen t."""
    alpha_bar, beta = float(schedule.alpha_bar[t]), float(schedule.beta[t])
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Noise has no memory, so there is a short cut\n"
            "Each step shrinks the picture a little and adds a little fresh noise. A sum of Gaussians is a Gaussian: "
            "all the steps up to $t$ together are *one* shrinking and *one* noise. That is why training can ask "
            "about any $t$ at once. At any one $t$ nobody can tell the two pictures apart; from frame to "
            "frame one can: the walk flickers with new noise, the jump here keeps the same $\\varepsilon$."
        )
        st.latex(
            r"\begin{aligned}q(x_t|x_{t-1}):\quad x_{%d} &= \sqrt{1-\beta_t}\,x_{%d} + \sqrt{\beta_t}\,z \\ &="
            r" %.4f\,x_{%d} + %.4f\,z \\ q(x_t|x_0):\quad x_{%d} &= \sqrt{\bar\alpha_t}\,x_0 + "
            r"\sqrt{1-\bar\alpha_t}\,\varepsilon \\ &= %.3f\,x_0 + %.3f\,\varepsilon\end{aligned}"
            % (t, t - 1, (1 - beta) ** 0.5, t - 1, beta**0.5, t, alpha_bar**0.5, (1 - alpha_bar) ** 0.5)
        )
    with right:
        gone = {name: int(np.argmax(each.snr < 1)) for name, each in SCHEDULES.items()}
        st.markdown(
            "#### Try this\n"
            "1. Drag the film slowly: at which t do *you* lose the picture? Is it the same on both sides?\n"
            f"2. Compare the strips. Noise outweighs the picture from t = {gone['linear']} on under the linear "
            f"schedule, from {gone['cosine']} under the cosine one: the linear one spends its last third on pure "
            "noise.\n"
            "3. Move t to 1, then to 1,000: the histogram goes from one value to N(0, 1), whatever the pixel was.\n"
            "4. Draw something of your own and destroy it."
        )
        show_code("diffusion/forward.py", "jump", "walk")
