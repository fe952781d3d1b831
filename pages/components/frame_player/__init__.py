"""Frame player: a film of small pictures that plays, scrubs and steps wholly in the browser."""

import hashlib
import io
import json
import math
import struct

import numpy as np
import streamlit as st
from PIL import Image

from pages.components import assets, film_transport

HTML = f"""
<section class="player" role="group" data-testid="player">
  <div class="stage">
    <canvas class="picture" tabindex="0" role="img" data-testid="player-picture"></canvas>
  </div>
  <p class="caption" data-testid="player-caption"></p>
  <div class="timeline">{film_transport.slider("player")}
    <div class="strip" aria-hidden="true" data-testid="player-strip"><canvas class="thumbs"></canvas>
      <canvas class="head"></canvas></div>
  </div>
  <div class="controls" role="toolbar" aria-label="Player">{film_transport.buttons("player")}
    <output class="counter" data-testid="player-counter"></output>
    {film_transport.pace("player")}
    {film_transport.saving("save-frame", "player-png", "PNG", "Download this frame as a PNG")}
  </div>
</section>
"""


def frame_player(
    *,
    key: str,
    frames: np.ndarray,
    fps: float = 12,
    height: int = 320,
    scale: float | None = None,
    caption: list[str] | None = None,
    loop: bool = True,
    bounce: bool = False,
    autoplay: bool = True,
    hold: float = 0,
    label: str = "Film",
) -> None:
    """Mount a film that plays in the browser; new frames under the same key take over without stopping it.

    Args:
        key: name of the player, unique in the session.
        frames: uint8 (T, H, W) grey or (T, H, W, 3) colour, T ≥ 1.
        fps: frames a second at speed 1×.
        height: the picture is enlarged until it fills the width or is this many screen pixels high.
        scale: enlarge by at most this factor.
        caption: T short texts, one a frame.
        loop: start again at the end, unless `bounce`, which turns round at both ends.
        autoplay: play at once (never for a person who prefers reduced motion).
        hold: seconds to rest on the last frame (and on the first, when bouncing).
        label: what the film shows, for screen readers and file names.

    Raises:
        ValueError: `frames` is no film of uint8 pictures, `fps` is not positive, or `caption` has not T texts.
    """
    if frames.dtype != np.uint8 or frames.ndim not in (3, 4) or frames.shape[3:] not in ((), (3,)) or 0 in frames.shape:
        raise ValueError(f"A film is uint8 (T, H, W) or (T, H, W, 3) with T ≥ 1, not {frames.dtype} {frames.shape}.")
    if fps <= 0:
        raise ValueError(f"A film plays at more than 0 frames a second, not {fps}.")
    if caption is not None and len(caption) != len(frames):
        raise ValueError(f"A film of {len(frames)} frames wants as many captions, not {len(caption)}.")
    frames = np.ascontiguousarray(frames)
    digest = hashlib.blake2b(frames, digest_size=12, person=str(frames.shape).encode()[:16]).hexdigest()
    header = {
        "uid": key,
        "digest": digest,
        "label": label,
        "count": len(frames),
        "width": frames.shape[2],
        "height": frames.shape[1],
        "columns": sheet_columns(frames),
        "fps": fps,
        "tallest": height,
        "scale": scale,
        "captions": caption,
        "ending": "bounce" if bounce else "loop" if loop else "once",
        "autoplay": autoplay,
        "hold": hold,
    }
    mount = assets.component("frame_player", HTML, film_transport.PARTS)
    mount(key=key, data=pack(header, sprite_sheet(frames, digest)))


def sheet_columns(frames: np.ndarray) -> int:
    """Columns that make the sheet of frames (T, H, W, …) about square, so that no browser finds it too long."""
    count, height, width = frames.shape[:3]
    return max(1, min(count, round(math.sqrt(count * height / width))))


@st.cache_resource(max_entries=16, show_spinner=False)
def sprite_sheet(_frames: np.ndarray, digest: str) -> bytes:
    """Lay the frames out row by row on one PNG: lossless at any size, and decoded once, off the page's thread."""
    count, height, width, *channels = _frames.shape
    columns = sheet_columns(_frames)
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, height, width, *channels), np.uint8)
    cells[:count] = _frames
    sheet = cells.reshape(rows, columns, height, width, *channels).swapaxes(1, 2)  # rows, height, columns, width
    png = io.BytesIO()
    Image.fromarray(sheet.reshape(rows * height, columns * width, *channels)).save(png, "PNG", compress_level=3)
    return png.getvalue()


def pack(header: dict, blob: bytes) -> bytes:
    """Join u32 length of the header, the header as JSON, and the blob: the one form in which Streamlit sends bytes."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + blob
