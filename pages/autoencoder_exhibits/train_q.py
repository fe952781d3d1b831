"""Train q: one logistic encoder for all animals climbs the average ELBO; what it cannot express stays as a gap."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from engine.autoencoders import cats_and_dogs
from engine.autoencoders.cats_and_dogs import ALIKE, AS_THEY_ARE, Step, World
from pages.autoencoder_exhibits.cat_or_dog import HEIGHTS, WEIGHTS, draw_world
from pages.autoencoder_exhibits.ink import CHART, CLEAR, blank, dots, plain, stroke, tex
from pages.kit.code import show_code
from pages.kit.roles import ANOMALY, GENERATED, LATENT, NOISE, REAL, rgba

WORLDS = {"each its own": AS_THEY_ARE, "one for both": ALIKE}
SIGHTS = {"both": (1, 1), "height": (1, 0), "nothing": (0, 0)}
ANIMALS, STEPS = 300, 150
SHOWN = [*range(25), *range(25, STEPS + 1, 5)]
BELOW = {"xaxis": "x2", "yaxis": "y2"}
JUMP = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
PLAY = {**JUMP, "frame": {"duration": 80, "redraw": False}}
PLAYER = (("▶ Play", [None, PLAY]), ("❚❚", [[None], JUMP]))
BUTTONS = {"bgcolor": "#E8F1F8", "bordercolor": NOISE, "font": {"color": LATENT, "size": 14}}


def render() -> None:
    """The part: the trained encoder over the map, its climb as an animation, and the gap that stays."""
    exhibit, controls = st.columns([3, 1], gap="medium")
    with controls:
        bound = {"bind": "query-params", "required": True}
        shape = st.segmented_control("Covariance", WORLDS, default="each its own", key="why_shape", **bound)
        rate = st.slider("Learning rate", 0.05, 1.0, 0.2, 0.05, key="why_rate", bind="query-params")
        seed = st.number_input(f"Seed of the {ANIMALS} animals", 0, 9999, 0, key="why_seed", bind="query-params")
        sight = st.segmented_control("Break it: the encoder sees", SIGHTS, default="both", key="why_sight", **bound)
    world = WORLDS[shape]
    animals, _ = cats_and_dogs.sample(world, ANIMALS, seed)
    steps = list(cats_and_dogs.climb(world, animals, STEPS, rate, SIGHTS[sight]))
    first, last = steps[0], steps[-1]
    with controls:
        st.metric("Average ELBO, nats", plain(last.elbo), f"{last.elbo - first.elbo:+.4f}", border=True)
        st.metric("Amortisation gap, nats", plain(last.gap), f"{last.gap - first.gap:+.4f}", "inverse", border=True)
        st.download_button("The climb as CSV", _csv(steps), "climb.csv", "text/csv", width="stretch", on_click="ignore")
    exhibit.plotly_chart(
        _climb(world, animals, [steps[i] for i in SHOWN]),
        key="why_climb",
        config=CHART,
        alt=f"The encoder's climb ends at an average ELBO of {last.elbo:.4f}, {last.gap:.4f} nats short",
    )
    _lesson(world, last)
    show_code("autoencoders/cats_and_dogs.py", "climb")


def _csv(steps: list[Step]) -> str:
    rows = [f"{s.step},{s.elbo:.6f},{s.gap:.6f},{s.w[0]:.6f},{s.w[1]:.6f},{s.b:.6f}" for s in steps]
    return "\n".join(["step,elbo,gap,w_height,w_weight,b", *rows])


def _climb(world: World, animals: np.ndarray, steps: list[Step]) -> go.Figure:
    """The map above, the average ELBO below, one frame a step; opens on the last."""
    last = steps[-1]
    ceiling = last.elbo + last.gap
    fig = make_subplots(2, 1, row_heights=[0.74, 0.26], vertical_spacing=0.16, figure=blank(640))
    draw_world(fig, world)
    fig.add_trace(stroke([0, STEPS], [ceiling] * 2, REAL, **BELOW))
    still = len(fig.data)
    frames = [_changes(world, animals, steps[: i + 1], ceiling) for i in range(len(steps))]
    fig.add_traces([trace.update(change) for trace, change in zip(_moving(animals), frames[-1], strict=True)])
    moving = list(range(still, len(fig.data)))
    fig.frames = [{"data": f, "traces": moving, "name": str(s.step)} for f, s in zip(frames, steps, strict=True)]
    fig.add_annotation(
        x=STEPS,
        y=ceiling,
        xref="x2",
        yref="y2",
        xanchor="right",
        yshift=12,
        showarrow=False,
        text=f"average log p(x) = {plain(ceiling)}",
        font={"color": REAL, "size": 14},
    )
    lowest = min(ceiling - 1.2, last.elbo - 0.4)
    fig.update_xaxes(title="step", range=[-1, STEPS + 2], fixedrange=True, showgrid=False, row=2, col=1)
    fig.update_yaxes(title="ELBO, nats", range=[lowest, ceiling + 0.35], fixedrange=True, nticks=4, row=2, col=1)
    _add_player(fig, steps)
    return fig


def _moving(animals: np.ndarray) -> list[go.Scatter]:
    """What moves, without its data: the animals, three borders of q, the shortfall, the curve, its head, and words."""
    shades = [[0, REAL], [0.15, "#9BB04A"], [0.5, "#E8923A"], [1, ANOMALY]]
    points = dots(*animals.T, cmin=0, cmax=1.5, colorscale=shades, size=8, line={"color": "white", "width": 0.5})
    points.update(hoverinfo=None, hovertemplate="KL(q‖p(z|x)) %{marker.color:.4f}<extra></extra>")
    borders = [stroke([], [], GENERATED, 4), stroke([], [], GENERATED, 2, "dot"), stroke([], [], GENERATED, 2, "dot")]
    shortfall = stroke([], [], CLEAR, 0, fill="toself", fillcolor=rgba(ANOMALY, 0.15), **BELOW)
    head = dots([], [], color=GENERATED, size=12).update(BELOW)
    corner = {"x": [HEIGHTS[0] + 0.5], "y": [WEIGHTS[1] - 0.3], "textposition": "bottom right", "hoverinfo": "skip"}
    words = go.Scatter(mode="text", textfont={"color": ANOMALY, "size": 18}, **corner)
    return [points, *borders, shortfall, stroke([], [], GENERATED, **BELOW), head, words]


def _changes(world: World, animals: np.ndarray, past: list[Step], ceiling: float) -> list[dict]:
    """A frame: every animal's own gap, q's borders at ½, 0.9 and 0.1, and the curve so far."""
    now = past[-1]
    gap = cats_and_dogs.bound(world, animals, cats_and_dogs.encode(animals, now.w, now.b)).gap
    at, elbo = [s.step for s in past], [s.elbo for s in past]
    return [
        {"marker": {"color": gap}},
        *(_border(now, np.log(p / (1 - p))) for p in (0.5, 0.9, 0.1)),
        {"x": [*at, *at[::-1]], "y": [*elbo, *[ceiling] * len(at)]},
        {"x": at, "y": elbo},
        {"x": at[-1:], "y": elbo[-1:]},
        {"text": [f"step {now.step} · gap {plain(now.gap)} nats"]},
    ]


def _border(step: Step, log_odds: float) -> dict[str, list[float]]:
    """Two far ends of the straight line wᵀx + b = log_odds; none while w = 0."""
    length = np.hypot(*step.w)
    if length == 0:
        return {"x": [None], "y": [None]}
    foot, along = (log_odds - step.b) * step.w / length**2, np.array([-step.w[1], step.w[0]]) / length
    (x0, y0), (x1, y1) = foot - 200 * along, foot + 200 * along
    return {"x": [x0, x1], "y": [y0, y1]}


def _add_player(fig: go.Figure, steps: list[Step]) -> None:
    places = [{"label": str(s.step), "method": "animate", "args": [[str(s.step)], JUMP]} for s in steps]
    buttons = [{"label": label, "method": "animate", "args": args} for label, args in PLAYER]
    menu = {"type": "buttons", "direction": "left", "showactive": False, "buttons": buttons, **BUTTONS}
    bare = {"ticklen": 0, "minorticklen": 0, "font": {"color": CLEAR}, "currentvalue": {"visible": False}}
    track = {"active": len(steps) - 1, "steps": places, "bgcolor": NOISE, **bare}
    fig.update_layout(
        updatemenus=[{**menu, "x": 0, "xanchor": "left", "y": -0.12, "yanchor": "top"}],
        sliders=[{**track, "y": -0.12, "pad": {"l": 130, "t": 8}}],
    )


def _lesson(world: World, last: Step) -> None:
    lesson, tasks = st.columns(2, gap="medium")
    lesson.markdown(
        "Bayes needed its sum again for every animal. An **encoder** is trained once for all of them: it reads x and "
        "states q. Here it is one logistic unit that climbs the average ELBO along its gradient."
    )
    lesson.latex(rf"""\begin{{aligned}}
        q_\phi(\text{{cat}}|x) &= \sigma(a), \quad a = w^\top x + b \\
        w &= ({tex(last.w[0], GENERATED)},\ {tex(last.w[1], GENERATED)}) \\
        b &= {tex(last.b, GENERATED)} \\
        \frac{{\partial\,\mathrm{{ELBO}}}}{{\partial a}}
          &= q\,(1-q)\Big(\log\frac{{p(x,\text{{cat}})}}{{p(x,\text{{dog}})}} - a\Big) \\
        \text{{gap}} &= {tex(last.elbo + last.gap, REAL)} - ({tex(last.elbo, GENERATED)}) = {tex(last.gap, ANOMALY)}
        \end{{aligned}}""")
    lesson.markdown(_verdict(world, last))
    tasks.markdown(
        "**Try this**\n"
        "1. Play, and watch the orange line of q look for the blue border of the true posterior.\n"
        "2. The warmer an animal's colour, the larger its own KL(q‖p(z|x)). Where do they sit?\n"
        "3. Choose *one for both* and raise the learning rate. How far does the gap close?\n"
        "4. Hide the weight, then everything. A blind encoder states one q for every animal."
    )


def _verdict(world: World, last: Step) -> str:
    if not last.w.all():
        return "What the encoder is not shown it cannot tell apart: animals that differ get one and the same q."
    if world == ALIKE:
        return (
            "One covariance for both makes the true log-odds linear in x (LDA): the encoder finds them, the gap closes."
        )
    return (
        "The true border is an ellipse (QDA), and a straight line cannot follow it. What stays is the **amortisation "
        "gap**: the price of one simple function for all x. A deeper encoder makes it smaller."
    )
