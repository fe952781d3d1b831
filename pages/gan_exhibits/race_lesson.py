"""The lesson of the race, with the numbers of the race on show."""

from math import log

import numpy as np
import streamlit as st

from engine.gans.methods import METHODS, Method
from pages.gan_exhibits.race_films import Film
from pages.gan_exhibits.race_records import unpacked
from pages.kit import roles
from pages.kit.code import show_code

SECONDS = 3
GAME = (
    r"\min_G \max_D\; V(D, G) = \mathbb E\,\log \textcolor{%s}{D(x)} + \mathbb E\,\log(1 - \textcolor{%s}{D(G(z))})"
    % (roles.REAL, roles.GENERATED)
)
LOSSES = {
    "minimax": r"L_G = \mathbb E \log(1 - D(G(z)))",
    "non_saturating": r"L_G = -\mathbb E \log D(G(z))",
    "least_squares": r"L_G = \tfrac12 \mathbb E (D(G(z)) - 1)^2",
    "hinge": r"L_G = -\mathbb E\, D(G(z))",
    "wasserstein": r"L_G = -\mathbb E\, D(G(z)),\ \lVert\nabla D\rVert \le 1",
    "relativistic": r"L_G = \mathbb E \log(1 + e^{D(x) - D(G(z))})",
}


def render(film: Film, steps: int) -> None:
    """Equation and numbers, why it collapses, what the lanes change, what to try, the code."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("#### A game for two")
        st.latex(GAME)
        live = film.step < steps
        st.fragment(numbers, run_every=SECONDS if live else None)(film, steps, live)
        why()
    with right:
        cures(film.race.methods)
        tries()
        show_code("gans/losses.py", "cross_entropy", "minimax", "non_saturating", "relativistic_generator")
        show_code("gans/race_training.py", "Race.advance", "Race.update_discriminators", "Race.update_generators")


def numbers(film: Film, steps: int, live: bool) -> None:
    """V of the first lane that plays this game, and what it says about the distance to the data."""
    if live and film.step >= steps:
        st.rerun()
    lane = next(
        (i for i, name in enumerate(film.race.methods) if METHODS[name].loss in ("minimax", "non_saturating")), None
    )
    last = latest(film, lane) if lane is not None else None
    if not last:
        st.markdown("The numbers of the first lane that plays it stand here as soon as it has begun.")
        return
    value = -last["d_loss"]
    st.markdown(f"**{METHODS[film.race.methods[lane]].title}**, step {film.step:,}:")
    st.latex(
        r"\begin{aligned} V &= %.3f, \qquad -\log 4 = %.3f \\ \mathrm{JS}(\textcolor{%s}{p_{\text{data}}} \,\Vert\, "
        r"\textcolor{%s}{p_G}) &\ge \tfrac12 (V + \log 4) = %.3f\ \text{nats}\end{aligned}"
        % (value, -log(4), roles.REAL, roles.GENERATED, (value + log(4)) / 2)
    )
    fake = last["d_fake"]
    st.markdown(
        f"The best discriminator would be $D^*(x) = p_{{\\text{{data}}}} / (p_{{\\text{{data}}}} + p_G)$: ½ everywhere "
        f"once the two agree. Now $D(x) = {last['d_real']:.2f}$ and $D(G(z)) = {fake:.2f}$: the vanilla loss passes on "
        f"{fake:.2f} of the discriminator's slope to the generator, the non-saturating one {1 - fake:.2f}."
    )


def latest(film: Film, lane: int) -> dict[str, float] | None:
    """The last known loss and verdicts of a lane."""
    for record in reversed(film.records):
        _, arrays = unpacked(record)
        series = {name: arrays[name][lane] for name in ("d_loss", "d_real", "d_fake")}
        if all(len(values) and np.isfinite(values[-1]) for values in series.values()):
            return {name: float(values[-1]) for name, values in series.items()}
    return None


def why() -> None:
    """Why the first GAN collapses."""
    st.markdown(
        "#### Why it collapses\n"
        "- **No push where it is needed.** A discriminator that is sure has $D(G(z)) \\approx 0$, and the slope of "
        "$\\log(1 - D(G(z)))$ is proportional to just that. The pink arrows shrink; the points stay where they are.\n"
        "- **All points are pushed the same way.** Each asks on its own where $D$ is highest, and nobody asks whether "
        "the others are there already. So they gather at one mode, the discriminator learns to distrust it, and "
        "they run to the next: $\\min\\max$ has become $\\max\\min$.\n"
        "- **Nothing counts.** Missing half of the data costs the generator nothing directly; only a discriminator "
        "that sees several points at once, or one that stays smooth, sends points back."
    )


def cures(methods: tuple[str, ...]) -> None:
    """What each lane changes."""
    rows = "\n".join(
        f"| **{METHODS[name].title}** | ${LOSSES[METHODS[name].loss]}$ | {change(METHODS[name])} |" for name in methods
    )
    st.markdown(f"#### What each lane changes\n| lane | generator | beside the loss |\n|---|---|---|\n{rows}")


def change(method: Method) -> str:
    """A method's cures in words."""
    parts = [
        (method.gp, f"slope of D between real and fake held at 1 (λ = {method.gp:g})"),
        (method.r1, f"slope of D at real points held small (γ = {method.r1:g})"),
        (method.r2, "and at generated points"),
        (method.clip, f"weights of D cut to ±{method.clip:g}"),
        (method.spectral, "each weight of D divided by its largest singular value"),
        (method.stddev, "D is told how much a batch varies"),
        (method.pack > 1, f"D sees {method.pack} points at once"),
        (method.unroll, f"G looks {method.unroll} updates of D ahead"),
    ]
    return ", ".join(text for present, text in parts if present) or "nothing"


def tries() -> None:
    """What to do."""
    st.markdown(
        "#### Try this\n"
        "1. Drag the slider back to the moment when the first lane loses its modes. What did its discriminator "
        "believe?\n"
        "2. **Slow motion**: the landscape moves first, the points follow. Which arrows point past the data?\n"
        "3. **D step** twenty times: green grows around the data, orange around the points, and the arrows of the "
        "vanilla lane fade. Then **G step**.\n"
        "4. Raise k to 20. Which lanes gain from a better discriminator, and which one starves?\n"
        "5. **Uneven ring**: which modes are forgotten first?\n"
        "6. Draw your own data, and find a seed that fools R3GAN."
    )
