"""Divergences: entropy, KL and JS on bars one moves, and the Gaussian that must choose one mode or cover both."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import information
from engine.autoencoders import cats_and_dogs
from engine.autoencoders.cats_and_dogs import GaussianFit, Z
from pages.autoencoder_exhibits.ink import CHART, blank, plain, stroke, tex
from pages.kit.code import show_code
from pages.kit.roles import ANOMALY, GENERATED, LATENT, REAL, rgba

OPENING_P = (0.36, 0.48, 0.16, 0.1, 0.05, 0.02)
OPENING_Q = (0.33,) * 6
SUBSCRIPTS = "₁₂₃₄₅₆"


def render() -> None:
    """The part: discrete distributions on sliders, then a two-humped posterior with its two best Gaussians."""
    _discrete()
    _continuous()


def _discrete() -> None:
    exhibit, controls = st.columns([3, 1], gap="medium")
    with controls:
        p, q = _weights()
    if not (sum(p) and sum(q)):
        exhibit.warning("Raise at least one bar of p and one of q: nothing at all cannot be shared out.")
        return
    p, q = np.array(p) / sum(p), np.array(q) / sum(q)
    with exhibit:
        with st.grid(3, min_column_width=140):
            st.metric(r"$\mathrm{KL}(p\,\|\,q)$", plain(information.kl(p, q)), border=True)
            st.metric(r"$\mathrm{KL}(q\,\|\,p)$", plain(information.kl(q, p)), border=True)
            st.metric(r"$\mathrm{JS}(p, q)$", plain(information.js(p, q)), border=True)
        st.plotly_chart(_bars(p, q), key="why_pq", config=CHART, alt="p and q, outcome by outcome")
        equation, lesson = st.columns([1.15, 1], gap="medium")
        equation.latex(rf"""\begin{{aligned}}
            \mathrm{{KL}}(p\,\|\,q) &= \textstyle\sum_k p_k \log (p_k / q_k) \\
            &= H(p, q) - H(p) \\
            &= {tex(information.cross_entropy(p, q))} - {tex(information.entropy(p), REAL)}
               = {tex(information.kl(p, q), ANOMALY)} \\
            H(q) &= {tex(information.entropy(q), GENERATED)} \le \log {len(p)} = {tex(np.log(len(p)))}
            \end{{aligned}}""")
        lesson.markdown(
            "In nats, KL is what believing the second costs while the **first** is true, on average over the first. "
            "The two averages differ, so KL is no distance; JS is symmetric and never above log 2. **Try** the "
            "broken q: KL(p‖q) is infinite, for q calls impossible what p does. Then swap."
        )
    show_code("information.py", "kl", "js")


def _weights() -> tuple[list[float], list[float]]:
    """The controls: an unnormalised weight per outcome for p and for q."""
    choices = (3, 4, 5, 6)
    k = st.segmented_control("Outcomes", choices, default=3, required=True, key="why_k", bind="query-params")
    with st.grid(2, min_column_width=90):
        pairs = [(_slider("p", i, OPENING_P), _slider("q", i, OPENING_Q)) for i in range(k)]
    p, q = map(list, zip(*pairs, strict=True))
    with st.container(horizontal=True):
        st.button("Swap", on_click=_set, args=(q, p))
        st.button("Reset", on_click=_set, args=(OPENING_P, OPENING_Q))
        st.button("Break it: q₁ = 0", on_click=_set, args=(p, [0.0, *q[1:]]))
    return p, q


def _slider(name: str, i: int, opening: tuple[float, ...]) -> float:
    label, key = f"{name}{SUBSCRIPTS[i]}", f"why_{name}{i + 1}"
    return st.slider(label, 0.0, 1.0, opening[i], 0.01, key=key, bind="query-params")


def _set(p: list[float], q: list[float]) -> None:
    for name, weights in (("p", p), ("q", q)):
        for i, weight in enumerate(weights, start=1):
            st.session_state[f"why_{name}{i}"] = weight


def _bars(p: np.ndarray, q: np.ndarray) -> go.Figure:
    fig, break_ = blank(300), "<br>" if len(p) == 3 else " "
    for name, values, colour in (("p", p, REAL), ("q", q, GENERATED)):
        ticks = [f"{name}{SUBSCRIPTS[i]}" for i in range(len(values))]
        labels = [f"{tick}{break_}{value:.4f}" for tick, value in zip(ticks, values, strict=True)]
        fig.add_bar(
            y=values, marker_color=colour, text=labels, textposition="outside", cliponaxis=False, hoverinfo="skip"
        )
    fig.update_traces(textfont={"size": 12}, textangle=0 if len(p) == 3 else -90)
    fig.update_xaxes(visible=False)
    fig.update_yaxes(range=[0, 1.3 * max(p.max(), q.max())], visible=False)
    return fig.update_layout(barmode="group", bargap=0.15)


def _continuous() -> None:
    st.subheader("Two humps, one Gaussian", anchor=False)
    exhibit, controls = st.columns([3, 1], gap="medium")
    with controls:
        x = st.slider("Observed x = z² + noise", 0.0, 4.0, 2.0, 0.1, "%.1f", key="why_x", bind="query-params")
        noise = st.slider("Noise", 0.1, 1.5, 0.5, 0.05, key="why_noise", bind="query-params")
        mu = st.slider("Your q: μ", -3.0, 3.0, 0.7, 0.05, key="why_mu", bind="query-params")
        sigma = st.slider("Your q: σ", 0.05, 2.0, 0.6, 0.05, key="why_sigma", bind="query-params")
    log_p, log_p_x = cats_and_dogs.fold_log_posterior(x, noise)
    seeking, covering = _best_gaussians(x, noise, mu)
    reverse, forward = cats_and_dogs.reverse_kl(log_p, mu, sigma), cats_and_dogs.forward_kl(log_p, mu, sigma)
    posterior, yours = np.exp(log_p), cats_and_dogs.gaussian_density(mu, sigma)
    best = [cats_and_dogs.gaussian_density(fit.mu, fit.sigma) for fit in (seeking, covering)]
    top = 1.1 * max(posterior.max(), *(density.max() for density in best))
    left, right = exhibit.columns(2)
    left.plotly_chart(
        _densities("Mode-seeking: KL(q‖p)", posterior, best[0], yours, seeking, reverse, top),
        key="why_seeking",
        config=CHART,
        alt=f"The q of least KL(q‖p) sits on one hump, at {seeking.mu:.2f}",
    )
    right.plotly_chart(
        _densities("Mass-covering: KL(p‖q)", posterior, best[1], yours, covering, forward, top),
        key="why_covering",
        config=CHART,
        alt=f"The q of least KL(p‖q) spans both humps, with sigma {covering.sigma:.2f}",
    )
    lesson, equation = exhibit.columns([1.15, 1], gap="medium")
    lesson.markdown(
        "z was squared and its sign is gone: two values explain x. A Gaussian q cannot say *either of these*. Averaged "
        "over **q**, the ELBO's way, q pays where p has nothing: it hides in one hump for about log 2 = 0.6931. "
        "Averaged over **p**, q pays for a hump it misses: it covers both, and the empty middle. **Try** x = 0, "
        "where one hump is enough, and a μ of the other sign: the search starts there."
    )
    equation.latex(rf"""\begin{{aligned}}
        \log p(x) &= \mathrm{{ELBO}}(\text{{your }}q) \\
        &+ \mathrm{{KL}}(q\,\|\,p(z|x)) \\
        {tex(log_p_x, REAL)} &= {tex(log_p_x - reverse, GENERATED)} + {tex(reverse, ANOMALY)}
        \end{{aligned}}""")
    show_code("autoencoders/cats_and_dogs.py", "fold_log_posterior", "reverse_kl", "forward_kl")


@st.cache_data(max_entries=512, show_spinner=False)
def _best_gaussians(x: float, noise: float, start: float) -> tuple[GaussianFit, GaussianFit]:
    """The minima of KL(q‖p) and of KL(p‖q), both sought from mu = start."""
    log_p, _ = cats_and_dogs.fold_log_posterior(x, noise)
    seeking = cats_and_dogs.best_gaussian(cats_and_dogs.reverse_kl, log_p, start)
    return seeking, cats_and_dogs.best_gaussian(cats_and_dogs.forward_kl, log_p, start)


def _densities(
    title: str, posterior: np.ndarray, best: np.ndarray, yours: np.ndarray, fit: GaussianFit, paid: float, top: float
) -> go.Figure:
    """The true posterior in blue, the best q in orange, the person's own dashed; paid: what the person's q costs."""
    seen = slice(*np.searchsorted(Z, (-3.5, 3.5)), 4)
    z = Z[seen]
    fig = blank(340, f"{title} = {plain(fit.divergence)}")
    fig.add_trace(stroke(z, posterior[seen], LATENT, 2.5, fill="tozeroy", fillcolor=rgba(LATENT, 0.2)))
    fig.add_trace(stroke(z, best[seen], GENERATED, 3.5, fill="tozeroy", fillcolor=rgba(GENERATED, 0.15)))
    fig.add_trace(stroke(z, yours[seen], GENERATED, 2, "dash"))
    best_q = f"best q: μ = {plain(round(fit.mu, 4))}, σ = {plain(fit.sigma)}"
    fig.update_layout(
        title_subtitle={"text": f"{best_q}<br>your dashed q pays {plain(paid)}", "font": {"size": 13}}, margin_t=84
    )
    fig.update_xaxes(title="z")
    fig.update_yaxes(range=[0, top], visible=False)
    return fig
