"""Frame player: a film of small pictures that plays, scrubs and steps wholly in the browser."""

import hashlib
import io
import json
import math
import struct

import numpy as np
import streamlit as st
from PIL import Image

from pages.components import assets

HTML = """
<section class="player" role="group" data-testid="player">
  <div class="stage">
    <canvas class="picture" tabindex="0" role="img" data-testid="player-picture"></canvas>
  </div>
  <p class="caption" data-testid="player-caption"></p>
  <div class="timeline">
    <input class="scrub" type="range" min="0" step="1" aria-label="Frame" data-testid="player-scrub">
    <div class="strip" aria-hidden="true" data-testid="player-strip"><canvas class="thumbs"></canvas>
      <canvas class="head"></canvas></div>
  </div>
  <div class="controls" role="toolbar" aria-label="Player">
    <div class="segments transport">
      <button type="button" class="back" data-testid="player-back" aria-label="Previous frame"
        title="Previous frame (←)">
        <svg viewBox="0 0 24 24"><path d="M17 6l-8 6 8 6z M6 6v12"/></svg></button>
      <button type="button" class="play" data-testid="player-play">
        <svg viewBox="0 0 24 24">
          <path class="start" d="M8 5l11 7-11 7z"/><path class="stop" d="M8 5v14 M16 5v14"/></svg></button>
      <button type="button" class="forward" data-testid="player-forward" aria-label="Next frame"
        title="Next frame (→)">
        <svg viewBox="0 0 24 24"><path d="M7 6l8 6-8 6z M18 6v12"/></svg></button>
    </div>
    <output class="counter" data-testid="player-counter"></output>
    <div class="segments speeds" role="group" aria-label="Speed">
      <button type="button" data-speed="0.25" data-testid="player-speed-0.25" title="A quarter of the speed">¼×</button>
      <button type="button" data-speed="0.5" data-testid="player-speed-0.5" title="Half the speed">½×</button>
      <button type="button" data-speed="1" data-testid="player-speed-1" title="Normal speed">1×</button>
      <button type="button" data-speed="2" data-testid="player-speed-2" title="Twice the speed">2×</button>
      <button type="button" data-speed="4" data-testid="player-speed-4" title="Four times the speed">4×</button>
    </div>
    <div class="segments endings" role="group" aria-label="At the end">
      <button type="button" data-ending="once" data-testid="player-once" title="Play once">once</button>
      <button type="button" data-ending="loop" data-testid="player-loop" title="Start again at the end">loop</button>
      <button type="button" data-ending="bounce" data-testid="player-bounce"
        title="Turn round at the ends">bounce</button>
    </div>
    <button type="button" class="save" data-testid="player-png" aria-label="Download this frame as a PNG"
      title="Download this frame as a PNG">
      <svg viewBox="0 0 24 24"><path d="M12 4v11 M7 11l5 5 5-5 M5 20h14"/></svg><span>PNG</span></button>
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
    assets.component("frame_player", HTML)(key=key, data=pack(header, sprite_sheet(frames, digest)))


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
