"""Corrupt and restore: what a plain, a denoising and a masked autoencoder make of spoilt pictures."""

import numpy as np
import streamlit as st

from engine import client
from pages.autoencoder_exhibits.sources import one_of_each, pick_data, pick_seed
from pages.kit.code import show_code
from pages.kit.downloads import png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

LANES = {"plain": "convolutional", "denoising": "denoising", "masked": "masked"}


def render() -> None:
    """The exhibit."""
    picture, controls = st.columns([3, 1], gap="large")
    with controls:
        data = pick_data()
        sigma = st.slider("Noise σ", 0.0, 1.0, 0.5, 0.05, key="sigma", bind="query-params")
        share = st.slider("Hidden patches", 0.0, 0.9, 0.0, 0.05, key="share", bind="query-params", format="percent")
        seed = pick_seed()
        st.button("Break it: 90 % hidden", on_click=_hide_nearly_all, icon=":material/broken_image:", width="stretch")
    clean = one_of_each(data, seed, 10)
    with timed():
        spoilt, restored, errors = restore(data, clean, sigma, share, seed)
    with picture:
        captions = ["clean", "spoilt", *(f"{lane} · {errors[lane]:.4f}" for lane in LANES)]
        rows = np.concatenate([clean, spoilt, *restored.values()])
        wall(rows, columns=len(clean), captions=captions, alt="Clean, spoilt and restored pictures")
        best = min(errors, key=errors.get)
        st.markdown(
            f"Mean squared error after each name. Here **{best}** restores best: "
            f":green[{errors[best]:.4f}] against {errors['plain']:.4f} of the plain autoencoder, "
            f"which was never shown a spoilt picture."
        )
        png_button("Wall PNG", wall_array(rows, len(clean)), f"restore-{data}", 4)
    lesson(sigma, share)


def restore(data: str, clean: np.ndarray, sigma: float, share: float, seed: int) -> tuple[np.ndarray, dict, dict]:
    """The spoilt pictures, what each lane restores, and its mean squared error against the clean ones."""
    engine, x = client.engine(), clean[:, None]
    spoilt = engine.call("autoencoders", "corrupt", x=x, sigma=sigma, share=share, seed=seed)
    restored = {
        lane: engine.call(f"ae-{variant}-{data}", "reconstruct", x=spoilt)["pictures"][:, 0]
        for lane, variant in LANES.items()
    }
    errors = {lane: float(np.square(pictures - clean).mean()) for lane, pictures in restored.items()}
    return spoilt[:, 0], restored, errors


def lesson(sigma: float, share: float) -> None:
    """Why the denoiser knows better."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### The manifold pulls back\n"
            "All three networks are the same; only their homework differed. The plain one copies its input through 32 "
            "numbers, noise included. The denoising one was given $\\tilde x$ and asked for $x$, so it learnt to "
            "push any point back towards where pictures live: $\\hat x - \\tilde x$ points along the score "
            "$\\nabla \\log p(\\tilde x)$, the idea that diffusion models repeat a thousand times."
        )
        st.latex(r"\tilde x = \mathrm{clip}(x + %.2f\,\varepsilon)\odot m,\qquad P(m = 0) = %.2f" % (sigma, share))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Raise the noise until the plain one fails. Where does the denoising one start to invent?\n"
            "2. Hide half of the patches: who completes a stroke it never saw?\n"
            "3. Noise for the masked one, patches for the denoising one: each is only good at its own homework."
        )
        show_code("autoencoders/objectives.py", "Denoise", "Unmask")


def _hide_nearly_all() -> None:
    st.session_state.share = 0.9
