"""A slice to touch: a patch of the latent shell, mapped under several generators; the pointer paints."""

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from engine.latents import right_angles, shell_patch
from engine.pictures import to_uint8
from pages.autoencoder_exhibits.sources import pick_seed
from pages.components.latent_slice import Map, latent_slice
from pages.gan_exhibits.pictures_models import METHODS, Sampled, best, latents, model_of, sampled
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall_array

SIDE = 18
MOST = 3


def render(data: str, methods: list[str]) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        opening = list(dict.fromkeys([methods[0], best(methods, data)]))
        chosen = st.pills(
            "Generators", methods, selection_mode="multi", wrap=True, default=opening, key=f"gan-slice-{data}",
            bind="query-params", format_func=METHODS.get,
        ) or opening  # fmt: skip
        seed = int(pick_seed())
        reach = np.radians(st.slider(
            "From the middle to an edge", 15, 90, 60, 5, key="gan-reach", bind="query-params", format="%d°",
            help="Degrees on the shell. At 90° nothing of the middle is left.",
        ))  # fmt: skip
    lanes = chosen[:MOST]
    axes = right_angles(latents(model_of(lanes[0], data), 3, seed))
    with timed():
        made = {method: sampled(method, data, shell_patch(axes, SIDE, reach)) for method in lanes}
    with exhibit:
        latent_slice(
            key=f"gan-slice-map-{data}", maps=[as_map(method, data, one) for method, one in made.items()], axes=axes,
            reach=float(reach), classes=CLASSES[data], colours=roles.CLASSES,
        )  # fmt: skip
        with st.container(horizontal=True):
            for method, one in made.items():
                png_button(f"{METHODS[method]} PNG", wall_array(one.pictures, SIDE, 0), f"gan-slice-{method}-{data}", 1)
            npz_button("NPZ", f"gan-slice-{data}", axes=axes, **{m: one.pictures for m, one in made.items()})
    lesson(made, reach)


def as_map(method: str, data: str, one: Sampled) -> Map:
    """A generator's map."""
    url = f"/api/generate/{model_of(method, data)}"
    return Map(METHODS[method], url, to_uint8(one.pictures), one.p.argmax(1))


def lesson(made: dict[str, Sampled], reach: float) -> None:
    """What a slice shows, with the counts of this one."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(
            "#### Continents and coasts\n"
            "Nearly all latents have the length √d, so the space that a generator was trained on is a shell, and this "
            f"is a patch of it: {2 * np.degrees(reach):.0f}° across, through the latents of three draws. Colours are "
            "what a judge reads. Pictures change along the coasts; inside a continent only the style does. A collapsed "
            "generator has one continent, or a few, wherever you go."
        )
        st.latex(
            r"z(u,v) = \sqrt d\,\big(\cos r\; o + \tfrac{\sin r}{r}(u\,e_1 + v\,e_2)\big),\quad r = \sqrt{u^2+v^2}"
        )
        counts = (
            f"**{METHODS[method]}**: {(one.counts > 0).sum()} classes, {coast(one):.0%} of neighbours differ"
            for method, one in made.items()
        )
        st.markdown("On these maps: " + "; ".join(counts) + ".")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Cross a coast slowly. Where does one class become another, and what lies between them?\n"
            "2. The same place under two generators: do they keep the same class there?\n"
            "3. A smaller patch, another seed: is there a patch without a coast?\n"
            "4. Press a class: does its land hang together?"
        )
        show_code("latents.py", "shell_patch", "right_angles")
    st.caption("The map is one picture a tile; under the pointer the generator itself is asked, again and again.")


def coast(one: Sampled) -> float:
    """The share of neighbouring tiles in which the judge reads different classes."""
    labels = one.p.argmax(1).reshape(SIDE, SIDE)
    return float(np.mean([(labels[1:] != labels[:-1]).mean(), (labels[:, 1:] != labels[:, :-1]).mean()]))
