"""Cat or dog: one animal, Bayes' posterior, a q chosen by hand, and the ELBO that falls short by KL(q ‖ posterior)."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from engine.autoencoders import cats_and_dogs
from engine.autoencoders.cats_and_dogs import KINDS, World
from pages.autoencoder_exhibits.ink import CHART, STILL, blank, dots, plain, stroke, tex
from pages.kit.code import show_code
from pages.kit.roles import ANOMALY, GENERATED, LATENT, NOISE, REAL, rgba

HEIGHTS, WEIGHTS = (15.0, 50.0), (0.5, 16.0)
Animal = tuple[float, float]


@dataclass(frozen=True)
class Failure:
    """A way to break the bound: the number it forces, and what one then sees."""

    lesson: str
    q_cat: float | None = None
    prior_cat: float | None = None


FAILURES = {
    "q = cat": Failure("This q knows no doubt. It misses log p(x) by log 1/p(cat|x), for ever.", q_cat=1.0),
    "q = dog": Failure("This q knows no doubt. It misses log p(x) by log 1/p(dog|x), for ever.", q_cat=0.0),
    "prior 0.999": Failure(
        "The prior drowns the animal: a dog must bring 6.9 nats of evidence, and every bit of q(dog) pays KL(q‖p(z)).",
        prior_cat=0.999,
    ),
}


def render() -> None:
    """The part: a map of the animals, the four distributions of one of them, and its ELBO over all q."""
    exhibit, controls = st.columns([3, 1], gap="medium")
    with controls:
        world, x, q_cat = _choices()
    with exhibit:
        left, right = st.columns([1.35, 1])
        left.plotly_chart(
            _map(world, x),
            key="why_map",
            config=CHART,
            on_select=_move_animal,
            selection_mode="points",
            alt=f"Cats and dogs by height and weight; the chosen animal at {x[0]:g} cm and {x[1]:g} kg",
        )
        right.plotly_chart(
            _bound_curve(world, x, q_cat), key="why_curve", config=CHART, alt="ELBO over q(cat), under log p(x)"
        )
        left, right = st.columns(2)
        likelihood = np.exp(cats_and_dogs.log_likelihood(world, x))
        posterior = np.exp(cats_and_dogs.log_posterior(world, x))
        left.plotly_chart(
            _bars(("prior p(z)", world.prior, NOISE, 1), ("likelihood p(x|z)", likelihood, REAL, likelihood.max())),
            key="why_given",
            config=STILL,
            alt="Prior and likelihood of cat and dog",
        )
        right.plotly_chart(
            _bars(("posterior p(z|x)", posterior, LATENT, 1), ("your q(z|x)", [q_cat, 1 - q_cat], GENERATED, 1)),
            key="why_beliefs",
            config=STILL,
            alt="True posterior and q of cat and dog",
        )
    _equations(world, x, q_cat)
    _lesson(x)
    show_code("autoencoders/cats_and_dogs.py", "log_posterior", "bound")


def _choices() -> tuple[World, Animal, float]:
    """The controls: the world with its prior, the animal, and q(cat); what a failure forces cannot be moved."""
    dials = st.container()
    broken = FAILURES.get(st.segmented_control("Break it", FAILURES, key="why_break", bind="query-params"), Failure(""))
    if broken.lesson:
        st.caption(f":red[{broken.lesson}]")
    with dials:
        height = st.slider("Height, cm", *HEIGHTS, 27.0, 0.5, "%.1f", key="why_height", bind="query-params")
        weight = st.slider("Weight, kg", *WEIGHTS, 6.0, 0.1, "%.1f", key="why_weight", bind="query-params")
        prior_cat = _share("Prior p(cat)", 0.01, 0.5, "why_prior", broken.prior_cat)
        q_cat = _share("Your q(cat)", 0.0, 0.3, "why_q", broken.q_cat)
        world, x = World(prior_cat), (height, weight)
        stuck = broken.q_cat is not None
        st.button("Set q to the true posterior", on_click=_set_q, args=(world, x), width="stretch", disabled=stuck)
    return world, x, q_cat


def _share(label: str, low: float, opening: float, key: str, forced: float | None) -> float:
    """A slider over low…1 − low; a forced value is shown and cannot be moved."""
    if forced is not None:
        return st.slider(label, 0.0, 1.0, forced, 0.001, "%.3f", disabled=True)
    return st.slider(label, low, 1 - low, opening, 0.01, key=key, bind="query-params", persist_state="session")


def _set_q(world: World, x: Animal) -> None:
    st.session_state.why_q = round(float(np.exp(cats_and_dogs.log_posterior(world, x)[0])), 2)


def _move_animal() -> None:
    if points := st.session_state.why_map.selection.points:
        st.session_state.why_height, st.session_state.why_weight = float(points[0]["x"]), float(points[0]["y"])


def draw_world(fig: go.Figure, world: World) -> None:
    """Draw the true posterior as a field of blue, its p(cat|x) = ½ border, and the likelihoods' 1σ and 2σ ellipses."""
    cm, kg, x = _grid(106, 63)
    p_cat = np.exp(cats_and_dogs.log_posterior(world, x))[..., 0]
    field = {"x": cm, "y": kg, "z": p_cat, "showscale": False, "hoverinfo": "skip"}
    fig.add_heatmap(**field, zmin=0, zmax=1, zsmooth="best", colorscale=[[0, rgba(LATENT, 0)], [1, rgba(LATENT, 0.3)]])
    half = {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"}
    fig.add_contour(**field, contours=half, line={"color": LATENT, "width": 3})
    angle = np.linspace(0, 2 * np.pi, 90)
    for mean, cov, dash in zip(world.means, world.covs, ("solid", "dash"), strict=True):
        ring = np.linalg.cholesky(np.array(cov)) @ [np.cos(angle), np.sin(angle)]
        for sigmas in (1, 2):
            cm_ring, kg_ring = np.array(mean)[:, None] + sigmas * ring
            fig.add_trace(stroke(cm_ring, kg_ring, rgba(REAL, 1 / sigmas), 1.5, dash))
    fig.update_xaxes(range=HEIGHTS, title="height at the shoulder, cm")
    fig.update_yaxes(range=WEIGHTS, title="weight, kg", showgrid=False)


def _grid(heights: int, weights: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heights, weights and all their pairs, shape (weights, heights, 2)."""
    cm, kg = np.linspace(*HEIGHTS, heights), np.linspace(*WEIGHTS, weights)
    return cm, kg, np.stack(np.meshgrid(cm, kg), axis=-1)


def _map(world: World, x: Animal) -> go.Figure:
    fig = blank(400, "Click to move the animal ★")
    draw_world(fig, world)
    animals, kinds = cats_and_dogs.sample(world, 300, seed=0)
    for kind, symbol in enumerate(("circle", "diamond-open")):
        fig.add_trace(dots(*animals[kinds == kind].T, color=rgba(REAL, 0.6), size=6, symbol=symbol))
    fig.add_trace(stroke([x[0], x[0], HEIGHTS[0]], [WEIGHTS[0], x[1], x[1]], REAL, 1, "dot"))
    star = dots(x[:1], x[1:], color=REAL, size=20, symbol="star", line={"color": "white", "width": 2})
    fig.add_trace(star.update(cliponaxis=False))
    fig.add_trace(_click_targets())
    for kind, cm, kg in zip(KINDS, (34, 30), (3, 13), strict=True):
        fig.add_annotation(x=cm, y=kg, text=f"<b>{kind}s</b>", showarrow=False, font={"color": REAL, "size": 18})
    return fig.update_layout(hovermode="closest", hoverdistance=-1)


def _click_targets() -> go.Scatter:
    """An invisible point every centimetre and half kilogram: a click anywhere finds the nearest."""
    places, unseen = _grid(36, 32)[-1].reshape(-1, 2), {"marker": {"opacity": 0}}
    return dots(*places.T, opacity=0, size=8).update(hoverinfo="none", selected=unseen, unselected=unseen)


def _bound_curve(world: World, x: Animal, q_cat: float) -> go.Figure:
    share = np.linspace(0, 1, 201)
    elbo, here = cats_and_dogs.bound(world, x, share).elbo, cats_and_dogs.bound(world, x, q_cat)
    ceiling, best = float(cats_and_dogs.log_evidence(world, x)), float(np.exp(cats_and_dogs.log_posterior(world, x)[0]))
    pad = 0.12 * (ceiling - elbo.min())
    floor = elbo.min() - pad
    fig = blank(400, f"ELBO(q) = {plain(here.elbo)}")
    fig.add_trace(stroke([0, 1], [ceiling] * 2, REAL))
    fig.add_trace(stroke(share, elbo, GENERATED, fill="tonexty", fillcolor=rgba(ANOMALY, 0.1)))
    fig.add_trace(stroke([best] * 2, [floor, ceiling], LATENT, 2, "dot"))
    fig.add_trace(stroke([q_cat] * 2, [here.elbo, ceiling], ANOMALY, 5))
    fig.add_trace(dots([q_cat], [here.elbo], color=GENERATED, size=16, line={"color": "white", "width": 2}))
    _write(fig, 0.5, ceiling, f"log p(x) = {plain(ceiling)}", REAL, "center", 13)
    if here.gap > 1.5 * pad:
        anchor = "right" if 0.25 < q_cat < best or q_cat > max(best, 0.75) else "left"
        _write(fig, q_cat, (here.elbo + ceiling) / 2, f"gap {plain(here.gap)}", ANOMALY, anchor)
    _write(fig, best, floor, f"p(cat|x) = {plain(best)}", LATENT, "left" if best < 0.5 else "right", 10)
    fig.update_xaxes(title="q(cat)", range=[-0.04, 1.04])
    fig.update_yaxes(title="nats", range=[floor, ceiling + 1.4 * pad])
    return fig


def _write(fig: go.Figure, x: float, y: float, text: str, colour: str, anchor: str, yshift: int = 0) -> None:
    beside = {"left": 8, "right": -8, "center": 0}[anchor]
    font = {"color": colour, "size": 14}
    fig.add_annotation(
        x=x, y=y, text=f"<b>{text}</b>", font=font, xanchor=anchor, xshift=beside, yshift=yshift, showarrow=False
    )


def _bars(*panels: tuple[str, np.ndarray | list[float], str, float]) -> go.Figure:
    """A pair of bars, cat and dog, for each (title, values, colour, full scale)."""
    titles = [title for title, *_ in panels]
    fig = make_subplots(1, len(panels), subplot_titles=titles, horizontal_spacing=0.08, figure=blank(190))
    for column, (_, values, colour, top) in enumerate(panels, start=1):
        fig.add_bar(
            x=KINDS,
            y=values,
            marker_color=[colour, rgba(colour, 0.55)],
            text=[plain(v) for v in values],
            textposition="outside",
            textfont={"size": 14},
            cliponaxis=False,
            hoverinfo="skip",
            row=1,
            col=column,
        )
        fig.update_yaxes(range=[0, 1.25 * top], visible=False, fixedrange=True, row=1, col=column)
        fig.layout.annotations[column - 1].font = {"color": colour, "size": 14}
    return fig.update_xaxes(fixedrange=True, tickfont={"size": 14})


def _equations(world: World, x: Animal, q_cat: float) -> None:
    cat, dog = world.prior
    given_cat, given_dog = np.exp(cats_and_dogs.log_likelihood(world, x))
    log_p_x = float(cats_and_dogs.log_evidence(world, x))
    p_cat = np.exp(cats_and_dogs.log_posterior(world, x)[0])
    here = cats_and_dogs.bound(world, x, q_cat)
    bayes, elbo, gap = st.columns(3, border=True)
    bayes.markdown("**Bayes** sums over every z")
    bayes.latex(rf"""\begin{{aligned}}
        p(x) &= \textstyle\sum_z p(z)\,p(x|z) \\
        &= {tex(cat, NOISE)}\cdot{tex(given_cat, REAL)} \\
        &+ {tex(dog, NOISE)}\cdot{tex(given_dog, REAL)} = {tex(np.exp(log_p_x), REAL)} \\
        p(\text{{cat}}|x) &= \tfrac{{p(\text{{cat}})\,p(x|\text{{cat}})}}{{p(x)}} = {tex(p_cat, LATENT)}
        \end{{aligned}}""")
    elbo.markdown("**The bound** needs no such sum")
    elbo.latex(rf"""\begin{{aligned}}
        \mathrm{{ELBO}} &= \mathbb{{E}}_q[\log p(x|z)] \\
        &- \mathrm{{KL}}(q\,\|\,p(z)) \\
        &= {tex(here.reconstruction, REAL)} - {tex(here.kl, NOISE)} \\
        &= {tex(here.elbo, GENERATED)}
        \end{{aligned}}""")
    gap.markdown("**The gap** is q's distance from Bayes")
    gap.latex(rf"""\begin{{aligned}}
        \log p(x) &- \mathrm{{ELBO}} \\
        &= {tex(log_p_x, REAL)} - ({tex(here.elbo, GENERATED)}) \\
        &= \mathrm{{KL}}(q\,\|\,p(z|x)) \\
        &= {tex(here.gap, ANOMALY)}
        \end{{aligned}}""")


def _lesson(x: Animal) -> None:
    lesson, tasks = st.columns(2, gap="medium")
    lesson.markdown(
        f"An animal is {x[0]:g} cm tall and weighs {x[1]:g} kg. Nobody wrote down whether it is a cat or a dog: that "
        "is its latent **z**. Bayes' formula answers by summing over both. A VAE has 20 continuous z, and its sum is "
        "an integral that nobody can do; so it climbs the **ELBO** instead. Raising the ELBO over q pulls q towards "
        "the true posterior without ever computing it, for the gap *is* their KL."
    )
    tasks.markdown(
        "**Try this**\n"
        "1. Move q(cat) until the vermilion gap is gone. Where did you stop?\n"
        "2. Move the animal to 40 cm. The posterior jumps, your q does not: every x needs its own q.\n"
        "3. Break it with *q = cat*. How many nats does false certainty cost?\n"
        "4. Break it with *prior 0.999* and find an animal that is a dog nevertheless."
    )
