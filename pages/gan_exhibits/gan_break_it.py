"""Break it: one thing about a GAN is done wrong, beside the same data and first weights with that thing put right."""

from dataclasses import dataclass, replace

import streamlit as st

from engine.gans.methods import METHODS, Settings
from pages.components.gan_race import LaneLabel, Source, gan_race
from pages.gan_exhibits import race_films
from pages.gan_exhibits.race import COLOURS, GAMES
from pages.gan_exhibits.race_films import Film, Race
from pages.gan_exhibits.race_presets import QUICK, ring
from pages.kit.code import show_code

STEPS = 600


@dataclass(frozen=True)
class Side:
    """One of the two: what stands over it, its method, and its settings."""

    title: str
    method: str
    settings: Settings


@dataclass(frozen=True)
class Fault:
    """What is done wrong and what puts it right, what one sees and why, the line in symbols, and the code of it."""

    title: str
    broken: Side
    cured: Side
    happens: str
    line: str
    code: tuple[str, ...]


FAULTS = {
    "strong": Fault(
        "Too strong a discriminator",
        Side("k = 10", "vanilla", replace(QUICK, critics=10)),
        Side("k = 1, equal rates", "vanilla", replace(QUICK, critics=1, lr_d=2e-3)),
        "The discriminator gets ten updates for each of the generator, and larger ones. Soon it is sure of every "
        "point: $D(G(z))$ falls to zero, the ground under the orange points turns orange and flat, and the arrows "
        "vanish. The generator is not wrong, it is not told anything. A weaker discriminator is a better teacher here.",
        r"\nabla_x \log(1 - D(x)) = -\underbrace{D(x)}_{\to\,0}\,\nabla_x \operatorname{logit} D(x)",
        ("gans/losses.py", "minimax"),
    ),
    "no-noise": Fault(
        "No noise",
        Side("z = 0", "ns", replace(QUICK, noise=False)),
        Side("z ~ N(0, I)", "ns", QUICK),
        "A generator is a function: one z gives one point. Without noise all 512 points lie on top of each other and "
        "run from mode to mode while the discriminator chases them. No loss can cure that, for nothing random goes in.",
        r"z = 0 \;\Rightarrow\; p_G = \delta_{G(0)}, \qquad \mathrm{KL}(\text{modes}) = \log 8 = 2.08\ \text{nats}",
        ("gans/race_training.py", "Race._draw"),
    ),
    "no-cure": Fault(
        "No cure",
        Side("no cure", "vanilla", QUICK),
        Side("R3GAN", "r3", QUICK),
        "The same networks, rates, data and noise. The vanilla game loses most of the ring and does not find it again. "
        "The relativistic loss compares each generated point with a real one, so its slope never fades, and the two "
        "penalties keep the discriminator's slope small where the points are.",
        r"L_D = \mathbb E \log(1 + e^{D(G(z)) - D(x)}) + \tfrac{\gamma}{2}\,\mathbb E\lVert\nabla D(x)\rVert^2 + "
        r"\tfrac{\gamma}{2}\,\mathbb E\lVert\nabla D(G(z))\rVert^2",
        ("gans/losses.py", "relativistic_discriminator", "relativistic_generator"),
    ),
}  # fmt: skip


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([10, 3], gap="medium")
    with controls:
        chosen = st.radio(
            "What goes wrong", list(FAULTS), key="gan-fault", bind="query-params",
            format_func=lambda name: FAULTS[name].title,
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 9999, 0, key="gan-break-seed", bind="query-params")
        st.caption("Left as broken, right as cured: same data, same noise, same first weights.")
    fault = FAULTS[chosen]
    with exhibit:
        show(chosen, fault, int(seed))
    lesson(fault)


def show(name: str, fault: Fault, seed: int) -> None:
    """Both lanes in step, each from a film of its own."""
    toy, sources = ring(), []
    for side, verdict in ((fault.broken, "broken"), (fault.cured, "cured")):
        settings = replace(side.settings, seed=seed, horizon=0)
        film = race_films.film_of(Race("ring", toy, (side.method,), settings))
        sources.append(source(film, side, verdict))
    gan_race(
        key="gan-break", name=f"gan-break-{name}-seed{seed}", toy=toy, sources=sources, steps=STEPS,
        critics=fault.broken.settings.critics, seed=seed, colours=COLOURS,
    )  # fmt: skip


def source(film: Film, side: Side, verdict: str) -> Source:
    """A film for the component."""
    method = METHODS[side.method]
    return Source(
        f"/api/race/{film.token}", [LaneLabel(side.title, f"{verdict} · {method.title}", method.loss in GAMES)]
    )


def lesson(fault: Fault) -> None:
    """What happens and why, what to try, the code."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"#### What happens\n{fault.happens}")
        st.latex(fault.line)
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Watch the lower chart: $D(x)$ and $D(G(z))$ part on the broken side. Do they ever meet at ½ on the "
            "cured one?\n"
            "2. Drag the slider to where the two sides part. How many steps did it take?\n"
            "3. Another seed: does the broken side break in the same place?\n"
            "4. Which of the faults would you notice from the losses alone?"
        )
        show_code(*fault.code)
