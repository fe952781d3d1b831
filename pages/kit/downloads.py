"""Download what you made."""

import io

import numpy as np
import streamlit as st

from engine import pictures


def png_button(label: str, picture: np.ndarray, name: str, factor: int = 8) -> None:
    """A picture (H, W[, 3]) uint8 or 0…1 as PNG, enlarged without blur."""
    data = pictures.to_png(pictures.enlarge(pictures.to_uint8(picture), factor))
    st.download_button(label, data, f"{name}.png", "image/png", icon=":material/image:", on_click="ignore")


def gif_button(label: str, frames: np.ndarray, name: str, fps: float = 12, bounce: bool = True) -> None:
    """Frames (T, H, W[, 3]) uint8 as an endless GIF."""
    data = pictures.to_gif(frames, fps, 8, bounce)
    st.download_button(label, data, f"{name}.gif", "image/gif", icon=":material/gif_box:", on_click="ignore")


def npz_button(label: str, name: str, **arrays: np.ndarray) -> None:
    """Arrays as a NumPy archive."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    st.download_button(
        label,
        buffer.getvalue(),
        f"{name}.npz",
        "application/octet-stream",
        icon=":material/data_array:",
        on_click="ignore",
    )
