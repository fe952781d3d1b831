"""Sketch pad: draw a digit, a garment or a doodle in the browser and get the small grey picture that a model reads."""

import base64
import binascii

import numpy as np
import streamlit as st

from pages.components import assets

HTML = """
<section class="pad" role="group" data-testid="sketch-pad">
  <div class="label"></div>
  <div class="desk">
    <div class="sheet">
      <canvas class="ink" tabindex="0" role="img" data-testid="sketch-ink"></canvas>
      <div class="hint" data-testid="sketch-hint" aria-hidden="true">
        <svg viewBox="0 0 24 24"><path d="M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z M14.5 6.5l3 3"/></svg>
        <span>Draw here</span>
      </div>
      <div class="ring" aria-hidden="true" hidden></div>
    </div>
    <div class="tools" role="toolbar" aria-label="Drawing tools">
      <figure class="view">
        <canvas class="seen" role="img" aria-label="What the model sees" data-testid="sketch-seen"></canvas>
        <figcaption>the model sees<br><b class="pixels"></b></figcaption>
      </figure>
      <div class="segments">
        <button type="button" data-tool="pen" data-testid="sketch-pen" aria-label="Pen" title="Pen">
          <svg viewBox="0 0 24 24"><path d="M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z M14.5 6.5l3 3"/></svg></button>
        <button type="button" data-tool="eraser" data-testid="sketch-eraser" aria-label="Eraser" title="Eraser">
          <svg viewBox="0 0 24 24"><path d="M9 20l-5-5 10.5-10.5 6 6L11 20z M8.5 10.5l6 6 M9 20h11"/></svg></button>
      </div>
      <label class="brush" title="Brush size"><i class="dot"></i>
        <input type="range" data-testid="sketch-brush" aria-label="Brush size in pixels of the small picture"></label>
      <div class="history">
        <button type="button" class="undo" data-testid="sketch-undo" aria-label="Undo" title="Undo (Ctrl+Z)">
          <svg viewBox="0 0 24 24"><path d="M8 5L4 9l4 4 M4 9h10a5 5 0 0 1 0 10H9"/></svg></button>
        <button type="button" class="redo" data-testid="sketch-redo" aria-label="Redo" title="Redo (Ctrl+Shift+Z)">
          <svg viewBox="0 0 24 24"><path d="M16 5l4 4-4 4 M20 9H10a5 5 0 0 0 0 10h5"/></svg></button>
        <button type="button" class="clear" data-testid="sketch-clear" aria-label="Clear" title="Clear (Delete)">
          <svg viewBox="0 0 24 24"><path d="M5 7h14 M10 4h4 M7 7l1 13h8l1-13 M10.5 11v5 M13.5 11v5"/></svg></button>
      </div>
    </div>
  </div>
</section>
"""


def sketch_pad(*, key: str, size: int = 28, brush: float = 2.0, label: str) -> np.ndarray | None:
    """Mount a drawing pad and return what is drawn on it, averaged down to the size a model reads.

    The picture arrives once per finished stroke. The ink stays through reruns, theme changes and page switches.

    Args:
        key: name of the pad, unique in the session; `st.session_state[key]["pixels"]` holds the raw state.
        size: side of the returned picture in pixels, 8 … 128.
        brush: diameter of the pen at first, in pixels of the returned picture.
        label: what to draw, shown above the pad and read out by screen readers.

    Returns:
        float32 (size, size) in 0 … 1, white strokes on black, or None while nothing is drawn.

    Raises:
        ValueError: `size` is outside 8 … 128 or `brush` is not positive.
    """
    if not 8 <= size <= 128 or brush <= 0:
        raise ValueError(f"A sketch pad wants a size of 8 to 128 pixels and a positive brush, not {size} and {brush}.")
    known = bool(st.session_state.get(key, {}).get("pixels"))
    mount = assets.component("sketch_pad", HTML)
    pad = mount(
        key=key,
        data={"uid": key, "size": size, "brush": brush, "label": label, "known": known},
        on_pixels_change=lambda: None,
    )
    return decode(pad.pixels, size)


def decode(pixels: str | None, size: int) -> np.ndarray | None:
    """Turn the pad's state (base64 of size² grey bytes) into float32 (size, size) in 0 … 1; None if empty or odd."""
    try:
        grey = np.frombuffer(base64.b64decode(pixels or "", validate=True), np.uint8)
    except (binascii.Error, TypeError, ValueError):
        return None
    if grey.size != size * size or not grey.any():
        return None
    return grey.reshape(size, size).astype(np.float32) / 255
