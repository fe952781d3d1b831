"""Code board: the indices of a VQ-VAE over the picture they decode to; swap one for another code and watch."""

import base64
import hashlib
from typing import Any

import numpy as np
import streamlit as st

from pages.components import assets

MOST_CODES = 512
SIDE = 28

HTML = """
<section class="board" role="group" aria-label="Codes of the VQ-VAE" data-testid="board">
  <div class="halves">
    <div class="left">
      <div class="bar" role="toolbar" aria-label="View and edit">
        <div class="segments">
          <button type="button" data-show="numbers" data-testid="board-numbers"
            title="Index of each code">numbers</button>
          <button type="button" data-show="tint" data-testid="board-tint"
            title="Equal codes, equal colour">tint</button>
          <button type="button" data-show="changes" data-testid="board-changes"
            title="Flash the pixels that a swap changes">changes</button>
        </div>
        <div class="segments">
          <button type="button" class="undo" data-testid="board-undo"
            title="Take back the last swap (Ctrl+Z)">undo</button>
          <button type="button" class="reset" data-testid="board-reset"
            title="Back to the picture's own codes">reset</button>
          <button type="button" class="random" data-testid="board-random"
            title="Put a random code into the chosen cell">random</button>
        </div>
      </div>
      <div class="frame">
        <canvas class="picture" role="img" aria-label="The picture decoded from the codes"
          data-testid="board-picture"></canvas>
        <canvas class="change" aria-hidden="true" data-testid="board-change"></canvas>
        <div class="cells" role="grid" aria-label="Codes, row by row" data-testid="board-cells"></div>
      </div>
      <div class="compare">
        <figure class="input"><canvas role="img" aria-label="The input" data-testid="board-input"></canvas>
          <figcaption>the input</figcaption></figure>
        <figure class="own"><canvas role="img" aria-label="Decoded from its own codes" data-testid="board-own"></canvas>
          <figcaption>its own codes</figcaption></figure>
        <p class="facts" aria-live="polite" data-testid="board-facts"></p>
      </div>
      <p class="trouble" role="alert" data-testid="board-trouble" hidden></p>
    </div>
    <div class="right">
      <p class="title" data-testid="board-title"></p>
      <div class="tiles" role="listbox" aria-label="Codebook" data-testid="board-tiles"></div>
      <div class="segments sorts" role="group" aria-label="Order of the codebook">
        <button type="button" data-sort="usage" data-testid="board-sort-usage">by usage</button>
        <button type="button" data-sort="index" data-testid="board-sort-index">by index</button>
      </div>
      <p class="readout" aria-live="polite" data-testid="board-readout"></p>
    </div>
  </div>
</section>
"""


def code_board(
    *,
    key: str,
    codes: np.ndarray,
    codebook: np.ndarray,
    usage: np.ndarray,
    decode_url: str,
    picture: np.ndarray | None = None,
) -> np.ndarray:
    """Mount the board and return the codes as they stand after the swaps made on it.

    The browser decodes by itself: it posts the indices, row by row, as raw little-endian int32 to `decode_url` and
    reads 784 raw uint8 grey levels. Swaps reach Python when they are made, not while a code is only tried.
    Other `codes` or another `picture` under the same key start afresh.

    Args:
        key: name of the board, unique in the session.
        codes: int (h, w), 7×7 as a rule, the picture's own indices in 0 … K−1 (van den Oord et al. 2017, eq. 1).
        codebook: uint8 (K, th, tw), a small picture of each code decoded alone, K ≤ 512.
        usage: float (K,), share of all cells of the data that hold each code.
        decode_url: where to decode.
        picture: uint8 (28, 28), the encoded input, shown for comparison.

    Returns:
        int32, shaped as `codes`.

    Raises:
        ValueError: a shape or an index is out of range.
    """
    count = len(codebook)
    if codebook.ndim != 3 or not 1 <= count <= MOST_CODES or usage.shape != (count,):
        raise ValueError(f"A codebook is (K ≤ {MOST_CODES}, h, w) with K shares, not {codebook.shape}, {usage.shape}.")
    if codes.ndim != 2 or codes.size == 0 or codes.min() < 0 or codes.max() >= count:
        raise ValueError(f"Codes are a matrix of indices in 0 … {count - 1}.")
    if picture is not None and picture.shape != (SIDE, SIDE):
        raise ValueError(f"The input is {SIDE}×{SIDE} pixels, not {picture.shape}.")
    own = np.ascontiguousarray(codes, "<i4")
    grey = b"" if picture is None else np.ascontiguousarray(picture, np.uint8).tobytes()
    origin = hashlib.blake2b(own.tobytes() + grey + decode_url.encode(), digest_size=12).hexdigest()
    data = {
        "uid": key,
        "origin": origin,
        "codes": own.ravel().tolist(),
        "columns": own.shape[1],
        "tiles": base64.b64encode(np.ascontiguousarray(codebook, np.uint8)).decode(),
        "tileWidth": codebook.shape[2],
        "usage": [round(float(share), 7) for share in usage],
        "input": base64.b64encode(grey).decode(),
        "url": decode_url,
        "known": swapped(st.session_state.get(key, {}).get("swap"), origin, own, count) is not None,
    }
    board = assets.component("code_board", HTML)(key=key, data=data, on_swap_change=lambda: None)
    edited = swapped(board.swap, origin, own, count)
    return own.astype(np.int32) if edited is None else edited


def swapped(state: Any, origin: str, own: np.ndarray, count: int) -> np.ndarray | None:
    """Read the board's state: int32 codes shaped as `own`, or None if it is of another picture or not codes at all."""
    if not isinstance(state, dict) or state.get("origin") != origin:
        return None
    codes = state.get("codes")
    if not isinstance(codes, list) or len(codes) != own.size:
        return None
    if not all(isinstance(code, int) and 0 <= code < count for code in codes):
        return None
    return np.array(codes, np.int32).reshape(own.shape)
