"""The lesson of the score view, with the numbers of the data on show."""

import numpy as np
import streamlit as st

from engine.diffusion import toy_walks
from engine.diffusion.schedules import Schedule
from engine.toys import Mixture
from pages.kit import roles
from pages.kit.code import show_code

MOVES = {
    "langevin": r"\begin{aligned}x &\leftarrow x + \tfrac{\delta}{2}\,%s + \sqrt{\delta}\,z \\ "
    r"\delta &= \eta\,(1 - \bar\alpha) = %.3g\end{aligned}",
    "sde": r"\begin{aligned}x_s &= %.3g\,x_t + %.3g\,\hat x_0 + %.3g\,z \\ z &\sim \mathcal N(0, I)\end{aligned}",
    "ode": r"x_s = %.3g\,x_t + %.3g\,\hat x_0",
}
CODE = {"langevin": "langevin", "sde": "reverse_sde", "ode": "probability_flow"}
SCORE = r"\textcolor{%s}{\nabla\log q}" % roles.GRADIENT


@st.fragment
def render(mixture: Mixture, way: str, schedule: Schedule) -> None:
    """Equations with live numbers, what to try, the code."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### The score points uphill\n"
            "Noise the data, and every place in the plane has a density $q(x_t)$. Its score, the pink arrows, says "
            "which way the data are likelier. To know it is to know the mean $\\hat x_0$ of all the data that "
            "could have become this $x_t$; and a network that guesses the noise knows that mean."
        )
        numbers(mixture, way, schedule)
    with right:
        between(mixture, schedule)
        st.markdown(
            "#### Try this\n"
            "1. Point between two modes and drag the time slider: to which of them does $\\hat x_0$ (the green circle) "
            "belong, and when does it make up its mind?\n"
            "2. Drop five particles at one place. Under the **ODE** they stay together; under the **SDE** they part.\n"
            "3. Switch on **Error**. Where is the learned score wrong, and did the training ever look there?\n"
            "4. **Break it**: start in a corner. Langevin and SDE forget where they began; the ODE cannot. Then take "
            "the noise levels away as well: particles are stuck at the first mode they meet.\n"
            "5. Draw something, and train a network on it for ten seconds."
        )
        show_code("diffusion/toy_walks.py", CODE[way], "walk")
        show_code("toys.py", "Mixture.score", "Mixture.x0_hat")


def numbers(mixture: Mixture, way: str, schedule: Schedule) -> None:
    """The score at one place, and the move that follows from it."""
    with st.container(horizontal=True):
        t = st.slider("t", 10, 990, 300, 10, key="score-t", bind="query-params")
        x1 = st.number_input("x₁", -3.0, 3.0, 0.9, 0.1, key="score-x1", bind="query-params", width=110)
        x2 = st.number_input("x₂", -3.0, 3.0, 0.4, 0.1, key="score-x2", bind="query-params", width=110)
    alpha_bar = float(schedule.alpha_bar[t])
    x = np.array([[x1, x2]])
    score, x0_hat = mixture.score(x, alpha_bar)[0], mixture.x0_hat(x, alpha_bar)[0]
    st.latex(
        r"\begin{aligned}%s &= -\frac{x_t - \sqrt{\bar\alpha}\,\hat x_0}{1 - \bar\alpha} \\ &= "
        r"-\frac{%s - %.2f\,%s}{%.3f} \\ &= %s\end{aligned}"
        % (SCORE, pair(x[0]), alpha_bar**0.5, pair(x0_hat, roles.REAL), 1 - alpha_bar, pair(score, roles.GRADIENT))
    )
    a, b, c = toy_walks.WAYS[way](alpha_bar, float(schedule.alpha_bar[max(0, t - 4)]))
    values = {"langevin": (SCORE, c**2), "sde": (a, b, c), "ode": (a, b)}[way]
    st.latex(MOVES[way] % values)


def between(mixture: Mixture, schedule: Schedule) -> None:
    """Why there are noise levels."""
    middle = np.zeros((1, 2))
    levels = [(t, float(schedule.alpha_bar[t])) for t in (10, 300, 700)]
    clean, some, much = (float(mixture.log_density(middle, a)[0]) / np.log(10) for _, a in levels)
    st.markdown(
        "#### Why noise levels\n"
        "Between the modes of clean data there are no data, so no network learns the score there, and a particle that "
        "stands there has nothing to go by. Noise fills the gaps. The density in the middle of this plane:"
    )
    st.latex(
        r"\begin{aligned}t = 10:&\quad \log_{10} q(0) = %.1f \\ t = 300:&\quad \log_{10} q(0) = %.1f \\ "
        r"t = 700:&\quad \log_{10} q(0) = %.1f\end{aligned}" % (clean, some, much)
    )


def pair(values: np.ndarray, colour: str = "") -> str:
    """A point as LaTeX, in the colour of its role."""
    text = r"(%.2f, %.2f)" % tuple(values)
    return rf"\textcolor{{{colour}}}{{{text}}}" if colour else text
