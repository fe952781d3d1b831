"""The style-based generator as the page sees it: noises to styles, styles to pictures, pictures to features."""

import numpy as np
import streamlit as st

from engine import client
from engine.gans import style_mixing


@st.cache_data(max_entries=64, show_spinner=False)
def styles_of(model: str, z: np.ndarray) -> np.ndarray:
    """w (N, style) of noises z (N, latent)."""
    return client.engine().call(model, "map_to_w", z=z.astype(np.float32))


@st.cache_data(max_entries=8, show_spinner=False)
def mean_of(model: str) -> np.ndarray:
    """w̄ (style,), the mean of the training."""
    return client.engine().call(model, "mean_style")


@st.cache_data(max_entries=128, show_spinner=False)
def painted(model: str, w: np.ndarray, noise: int = 0) -> np.ndarray:
    """Pictures (N, 28, 28) in 0…1 of styles (N, style) or, layer by layer, (N, layers, style)."""
    w = style_mixing.layered(w) if w.ndim == 2 else w
    return client.engine().call(model, "synthesise", w=w.astype(np.float32), seed=noise)[:, 0]


@st.cache_data(max_entries=128, show_spinner=False)
def seen(data: str, pictures: np.ndarray) -> np.ndarray:
    """What the judge of a data set sees in pictures (N, 28, 28): its features (N, D)."""
    return client.engine().call(f"judge-{data}", "features", x=pictures[:, None].astype(np.float32))
