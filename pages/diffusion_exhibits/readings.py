"""The three readings: one output of the network read as noise, as clean picture, as score, and as velocity."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.diffusion import conversions, forward
from engine.diffusion.schedules import COSINE
from pages.autoencoder_exhibits.ink import STILL, blank, stroke
from pages.diffusion_exhibits.runs import to_grey_levels
from pages.diffusion_exhibits.shelf import Exhibit, shelf, signed
from pages.diffusion_exhibits.subject import Subject, pick_subject
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.footer import timed

NOISE_LIMIT = 3.0


@dataclass(frozen=True)
class Reading:
    """x_t at time t, the noise ε that was put in, and ε̂ that the network sees in it; all float32 (1, 32, 32)."""

    subject: Subject
    t: int
    x_t: np.ndarray
    eps_hat: np.ndarray

    @property
    def alpha_bar(self) -> float:
        return float(COSINE.alpha_bar[self.t])

    @property
    def signal(self) -> float:
        """√ᾱ."""
        return self.alpha_bar**0.5

    @property
    def sigma(self) -> float:
        """√(1 − ᾱ)."""
        return (1 - self.alpha_bar) ** 0.5

    @cached_property
    def eps(self) -> np.ndarray:
        return conversions.eps_from_x0(self.x_t, self.subject.x0, self.alpha_bar)

    @cached_property
    def x0_hat(self) -> np.ndarray:
        return conversions.x0_from_eps(self.x_t, self.eps_hat, self.alpha_bar)

    @cached_property
    def score(self) -> np.ndarray:
        return conversions.score_from_eps(self.eps_hat, self.alpha_bar)

    @cached_property
    def v(self) -> np.ndarray:
        return conversions.v_from_eps(self.x_t, self.eps_hat, self.alpha_bar)

    @property
    def loss(self) -> float:
        """‖ε − ε̂‖², mean over the pixels."""
        return float(np.square(self.eps - self.eps_hat).mean())


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        subject = pick_subject()
        t = st.slider("t", 1, COSINE.steps - 1, 400, key="t-reading", bind="query-params")
        told = st.toggle(
            "Tell the network the class", True, key="told", bind="query-params", disabled=subject.label is None
        )
    reading = read(subject, t, told)
    with view:
        pictures, curve = st.columns([5, 2], gap="medium")
        with pictures:
            shelf(exhibits(reading))
        with curve:
            loss_curve(reading)
            npz_button(
                "Readings NPZ", f"readings-t{t}", x0=subject.x0, x_t=reading.x_t, eps=reading.eps,
                eps_hat=reading.eps_hat, x0_hat=reading.x0_hat, score=reading.score, v=reading.v,
            )  # fmt: skip
    lesson(reading)


def read(subject: Subject, t: int, told: bool) -> Reading:
    """Noise the picture and ask the network once. Raises `EngineError`."""
    x_t = forward.jump(subject.x0, t, COSINE, np.random.default_rng(subject.seed)).astype(np.float32)
    none = len(CLASSES[subject.data])
    label = subject.label if told and subject.label is not None else none
    with timed():
        eps_hat = client.engine().call(
            subject.model, "predict_noise", x_t=x_t[None], t=np.array([t], np.float32), classes=np.array([label])
        )[0]
    return Reading(subject, t, x_t, eps_hat)


def exhibits(reading: Reading) -> list[Exhibit]:
    """What went in, what came out, and the same output in other words."""
    grey = roles.NOISE

    def map_of(title: str, note: str, x: np.ndarray, colour: str, limit: float) -> Exhibit:
        return Exhibit(title, note, signed(x[0], colour, limit), colour, (-limit, limit))

    return [
        Exhibit("x<sub>t</sub>", "what the network is shown", to_grey_levels(reading.x_t), grey, (-1, 1), False),
        map_of("ε̂", "its output: the noise", reading.eps_hat, grey, NOISE_LIMIT),
        Exhibit("x̂₀", "the same as a picture", to_grey_levels(reading.x0_hat), roles.GENERATED, (-1, 1), False),
        map_of("∇ log q", "the same as a score", reading.score, roles.GRADIENT, NOISE_LIMIT / reading.sigma),
        map_of("v", "the same as a velocity", reading.v, roles.GENERATED, NOISE_LIMIT),
        map_of("ε̂ − ε", "what it got wrong", reading.eps_hat - reading.eps, roles.ANOMALY, NOISE_LIMIT),
    ]


def loss_curve(reading: Reading) -> None:
    """The model's loss over t on test pictures, and this picture's."""
    st.metric("‖ε − ε̂‖² of this picture", f"{reading.loss:.4f}")
    derived = cards.derived(reading.subject.model)
    t, loss = derived["loss_t"].astype(float), derived["loss"].astype(float)
    figure = blank(300)
    figure.add_trace(stroke(t, loss, roles.NOISE, 3))
    figure.add_trace(
        go.Scatter(
            x=[reading.t], y=[reading.loss], mode="markers", hovertemplate="t = %{x}<br>%{y:.4f}<extra></extra>",
            marker={"color": roles.ANOMALY, "size": 13},
        )
    )  # fmt: skip
    figure.update_yaxes(type="log", title="loss", dtick=1, showgrid=True)
    figure.update_xaxes(title="t")
    st.plotly_chart(figure.update_layout(margin_t=8), key="reading-loss", config=STILL)
    usual = float(np.interp(reading.t, t, loss))
    st.caption(
        f"Line: the mean of 500 test pictures, {usual:.4f} at this t. Dot: this picture, mean over its "
        "pixels. A guess of zero would cost 1."
    )


def lesson(reading: Reading) -> None:
    """The conversions with this t's numbers, worked out on one pixel."""
    left, right = st.columns(2, gap="large")
    place = np.unravel_index(np.argmax(reading.subject.x0), reading.subject.x0.shape)
    x_t, eps, x0, score, v = (
        float(field[place]) for field in (reading.x_t, reading.eps_hat, reading.x0_hat, reading.score, reading.v)
    )
    signal, sigma = reading.signal, reading.sigma
    back = conversions.eps_from_score(reading.score, reading.alpha_bar)
    off = np.abs(back - reading.eps_hat).max()
    with left:
        st.markdown(
            "#### One answer in four languages\n"
            "The network gives one number a pixel. Whoever knows $x_t$ and $\\bar\\alpha_t$ can read it as the noise, "
            "as the clean picture, as the direction in which pictures get likelier, or as a velocity. Here at the "
            f"brightest pixel of $x_0$, where $x_t = {x_t:.3f}$:"
        )
        st.latex(
            r"\begin{aligned}\hat\varepsilon &= \textcolor{%s}{%.3f} \\ \hat x_0 &= \frac{x_t - "
            r"\sqrt{1-\bar\alpha}\,\hat\varepsilon}{\sqrt{\bar\alpha}} \\ &= \frac{%.3f - %.3f\cdot(%.3f)}{%.3f} = "
            r"\textcolor{%s}{%.3f} \\ \nabla\log q &\approx -\frac{\hat\varepsilon}{\sqrt{1-\bar\alpha}} = "
            r"\textcolor{%s}{%.3f} \\ v &= \sqrt{\bar\alpha}\,\hat\varepsilon - \sqrt{1-\bar\alpha}\,\hat x_0 = "
            r"\textcolor{%s}{%.3f}\end{aligned}"
            % (
                roles.NOISE, eps, x_t, sigma, eps, signal, roles.GENERATED, x0, roles.GRADIENT, score,
                roles.GENERATED, v,
            )
        )  # fmt: skip
        st.caption(f"From the score back to the noise, over all pixels: off by at most {off:.1e}.")
    with right:
        st.markdown(
            "#### Why it matters which one is trained\n"
            f"An error in ε̂ reaches x̂₀ multiplied by √(1 − ᾱ) / √ᾱ, at t = {reading.t} by "
            f"**{sigma / signal:.2f}**: near t = 1,000 a small slip ruins the picture, and near t = 1 the "
            f"score is the noise divided by {sigma:.3f}. Neither happens to v: that is why it is trained where few "
            "steps must do.\n"
            "#### Try this\n"
            "1. t = 950: x̂₀ is a ghost, the mean of all that could still become of it. Go down: when does it decide?\n"
            "2. t = 20: the noise is hardest to see when there is hardly any. The loss curve says the same.\n"
            "3. Compare ε̂ and the score: the same picture, inverted, on another scale.\n"
            "4. Take the class away: where in t does it help most?\n"
            "5. Draw something that is no digit: what does the network believe?"
        )
        show_code("diffusion/conversions.py", "x0_from_eps", "score_from_eps", "v_from_eps")
