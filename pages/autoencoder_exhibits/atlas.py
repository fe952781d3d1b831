"""Atlas: the latent plane of a 2-D VAE, decoded in the browser under the pointer."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.latents import lerp, path, slerp
from pages.components.latent_atlas import Code, latent_atlas
from pages.kit import pins as shared_pins
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.footer import timed
from pages.kit.kept import KeptModel
from pages.kit.walls import wall_array

BETAS = {"mnist": (0.0, 0.1, 1.0, 10.0, 100.0), "fashion": (1.0,)}
TITLES = {"mnist": "Digits", "fashion": "Garments"}
STRIP = 12


@dataclass(frozen=True)
class Plane:
    """A 2-D model and where the browser finds its decoder and its codes."""

    name: str
    classes: tuple[str, ...]
    decoder_url: str
    codes_url: str

    @classmethod
    def published(cls, data: str, beta: float = 1.0) -> "Plane":
        """A checkpoint. Raises `CheckpointError`."""
        name = f"vae2-{data}" + (f"-beta{beta:g}" if beta != 1.0 else "")
        version = cards.read(name).sha256[:12]
        return cls(name, CLASSES[data], f"/api/decoder/{name}?v={version}", f"/api/codes/{name}?v={version}")

    @classmethod
    def kept(cls, model: KeptModel) -> "Plane":
        """A model that was trained in the page."""
        urls = (f"/api/kept/{model.token}/{part}" for part in ("decoder", "codes"))
        return cls(model.title, model.classes, *urls)


def render() -> None:
    """The exhibit."""
    kept: dict[str, KeptModel] = st.session_state.get("kept", {})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data = st.segmented_control(
            "Pictures", ["mnist", "fashion", *kept], default="mnist", required=True, key="data", bind="query-params",
            format_func=lambda name: TITLES.get(name, name),
        )  # fmt: skip
        beta = 1.0
        if data == "mnist":
            beta = st.select_slider(
                "β, the weight of the KL", BETAS["mnist"], 1.0, key="beta", bind="query-params",
                format_func="{:g}".format,
                help="0 is a plain autoencoder with holes between its codes; 100 lets the posterior collapse.",
            )  # fmt: skip
    plane = Plane.kept(kept[data]) if data in kept else Plane.published(data, beta)
    pins = show(plane, shared_pins.read(), key="atlas")
    shared_pins.show(pins)
    if data not in kept:
        downloads(plane, pins)
        lesson(plane.name)


def show(plane: Plane, pins: list[Code], key: str, height: int = 620, marker: Code | None = None) -> list[Code]:
    """The plane with its pins; returns them as the hand left them."""
    return latent_atlas(
        key=key, model=plane.name, decoder_url=plane.decoder_url, codes_url=plane.codes_url, classes=plane.classes,
        colours=roles.CLASSES, pins=pins, marker=marker, height=height,
    ).pins  # fmt: skip


def downloads(plane: Plane, pins: list[Code]) -> None:
    """The way between the last two pins, straight and on the arc, and the path through all of them, to take home."""
    if len(pins) < 2:
        st.info("Click the map twice: the way from one picture to the other appears.", icon=":material/push_pin:")
        return
    a, b = pins[-2:]
    walks, route = np.concatenate([lerp(a, b, STRIP), slerp(a, b, STRIP)]), path(pins, 24)
    with timed():
        pictures = client.engine().call(plane.name, "decode", z=np.concatenate([walks, route]))[:, 0]
    strips, film = pictures[: len(walks)], pictures[len(walks) :]
    with st.container(horizontal=True):
        png_button("Strips PNG", wall_array(strips, STRIP), f"{plane.name}-strips")
        gif_button("Path GIF", (255 * film).astype(np.uint8), f"{plane.name}-path")
        npz_button("Path NPZ", f"{plane.name}-path", z=route, pictures=film)


def lesson(name: str) -> None:
    """What the plane teaches, with the model's measured numbers."""
    metrics = cards.read(name).metrics
    value = {key: metric.value for key, metric in metrics.items()}
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A map nobody drew\n"
            "The encoder turns each picture into a small Gaussian $q(z|x)$ on the plane; the decoder turns every "
            "point of "
            "the plane back into a picture. Training pulls in two directions: codes must tell pictures apart, and "
            "together they must look like the prior $p(z) = \\mathcal N(0, I)$, the circles on the map. So there "
            "are no "
            "holes, and neighbours look alike."
        )
        st.latex(
            r"-\mathrm{ELBO} = \underbrace{%.1f}_{-\mathbb E_q \log p(x|z)} + "
            r"\underbrace{%.2f}_{\mathrm{KL}(q(z|x)\,\|\,p(z))} = %.1f\ \mathrm{nats}"
            % (value["reconstruction"], value["kl"], value["neg_elbo"])
        )
        samples = metrics["neg_elbo"].samples
        st.caption(
            f"Measured on {samples:,} test pictures, binarised anew {metrics['neg_elbo'].seeds} times, by `{name}`."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Find the border between 4 and 9. Which stroke closes the loop?\n"
            "2. Hover a dot: its ellipse is $q(z|x)$. Where are ellipses large, and why there?\n"
            "3. Pin a 1 and a 0, and compare the straight way with the arc.\n"
            "4. Set β to 0: nothing holds the codes at the prior, and the map tears. Set it to 100: one picture "
            "everywhere."
        )
        show_code("autoencoders/objectives.py", "kl_to_prior", "negative_elbo")
