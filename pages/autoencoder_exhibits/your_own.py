"""Your own: a drawn or uploaded picture through every autoencoder at once, and its place on the map."""

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from engine import cards, client, pictures
from pages.autoencoder_exhibits.atlas import Plane, show
from pages.autoencoder_exhibits.sources import dreamt, own_picture, pick_data
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import png_button
from pages.kit.footer import timed

LANES = {
    "linear": "ae-linear", "deep": "ae-deep", "convolutional": "ae-convolutional", "denoising": "ae-denoising",
    "sparse": "ae-sparse", "masked": "ae-masked", "VAE, d = 2": "vae2", "VAE, d = 5": "vae5", "VAE, d = 20": "vae20",
    "VQ-VAE": "vqvae",
}  # fmt: skip
ANOMALOUS = 99.0


@dataclass(frozen=True)
class Lane:
    """One autoencoder's answer: its picture (28, 28), squared error, and where that lies among test pictures, 0…100."""

    title: str
    picture: np.ndarray
    error: float
    percentile: float

    @property
    def anomalous(self) -> bool:
        """Whether fewer than 1 % of the test pictures are reconstructed as badly."""
        return self.percentile >= ANOMALOUS


def render() -> None:
    """The exhibit."""
    left, right = st.columns([1, 3], gap="large")
    with left:
        data = pick_data()
        drawn = own_picture(data, "own")
        picture = dreamt(data, (5,), 7)[0] if drawn is None else drawn
        if drawn is None:
            st.caption("Until you draw or upload something, a picture dreamt by the VQ-VAE stands in.")
    with timed():
        lanes = reconstruct(data, picture.astype(np.float32))
    with right:
        st.html(f"<style>{STYLE}</style>{_lane_cards(picture, lanes)}")
        verdict(lanes)
        png_button("All lanes PNG", pictures.grid(np.stack([picture, *(lane.picture for lane in lanes)]), 11), "lanes")
    st.markdown("##### Its place on the map")
    mu = client.engine().call(f"vae2-{data}", "encode", x=picture[None, None].astype(np.float32))[0]
    place = (float(mu[0]), float(mu[1]))
    kept = st.session_state.get("own_pins", [])
    st.session_state.own_pins = show(Plane.published(data), kept, key="own-atlas", height=460, marker=place)
    lesson()


def reconstruct(data: str, picture: np.ndarray) -> list[Lane]:
    """The picture (28, 28) through every lane."""
    return [_lane(title, f"{model}-{data}", picture[None, None]) for title, model in LANES.items()]


def _lane(title: str, model: str, x: np.ndarray) -> Lane:
    answer = client.engine().call(model, "reconstruct", x=x)
    error = float(answer["errors"][0])
    percentile = float(np.searchsorted(cards.derived(model)["error_percentiles"].astype(np.float32), error))
    return Lane(title, answer["pictures"][0, 0], error, min(percentile, 100.0))


def verdict(lanes: list[Lane]) -> None:
    """Whether the picture looks like the data, in words: most lanes decide."""
    strange = sum(lane.anomalous for lane in lanes)
    typical = np.median([lane.percentile for lane in lanes])
    if strange > len(lanes) / 2:
        st.markdown(
            f":red[**An anomaly.**] {strange} of {len(lanes)} lanes reconstruct it worse than 99 % of the test "
            f"pictures: "
            "this is not what they were trained on."
        )
    else:
        st.markdown(
            f":green[**Looks like the data.**] In the median lane it is reconstructed worse than {typical:.0f} % "
            f"of the "
            f"test pictures; {strange} of {len(lanes)} lanes find it strange."
        )


def _lane_cards(picture: np.ndarray, lanes: list[Lane]) -> str:
    original = (
        f'<figure class="lane"><img alt="your picture" src="{_source(picture)}"><figcaption>yours</figcaption></figure>'
    )
    return f'<div class="lanes">{original}{"".join(map(_lane_card, lanes))}</div>'


def _lane_card(lane: Lane) -> str:
    colour = roles.ANOMALY if lane.anomalous else roles.REAL
    return (
        f'<figure class="lane"><img alt="{escape(lane.title)} reconstruction" src="{_source(lane.picture)}">'
        f"<figcaption>{escape(lane.title)}<br><small>{lane.error:.4f}</small></figcaption>"
        f'<div class="bar" title="worse than {lane.percentile:.0f} % of the test pictures">'
        f'<div style="width:{max(lane.percentile, 2):.0f}%;background:{colour}"></div></div></figure>'
    )


def _source(picture: np.ndarray) -> str:
    return pictures.data_url(pictures.to_png(pictures.to_uint8(picture)))


STYLE = """
.lanes { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: 0.9rem; }
.lane { margin: 0; text-align: center; }
.lane img { width: 100%; image-rendering: pixelated; border-radius: 8px; background: #000; }
.lane figcaption { font-size: 0.9rem; line-height: 1.25; padding-top: 0.25rem; }
.lane:first-child img { outline: 3px solid #009E73; outline-offset: 1px; }
.bar { height: 5px; margin-top: 4px; border-radius: 3px; background: rgba(128, 128, 128, 0.25); }
.bar div { height: 100%; border-radius: 3px; }
"""


def lesson() -> None:
    """Reconstruction as a detector."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A bottleneck knows what is normal\n"
            "Thirty-two numbers cannot hold every picture, only the kind that was seen in training. So the error "
            "itself "
            "is a detector: the bar under each lane says how many test pictures are reconstructed better than yours."
        )
        st.latex(r"e(x) = \tfrac{1}{784}\,\lVert x - \hat x\rVert^2,\qquad \text{anomalous if } e(x) > e_{99\,\%}")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Draw a 7 with and without a bar: which lanes drop the bar?\n"
            "2. Upload a face. No lane can say face, so each says the digit it finds in it.\n"
            "3. Draw a digit off centre, or very thin. Which lane minds the least?"
        )
        show_code("metrics.py", "squared_errors")
