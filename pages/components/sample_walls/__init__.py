"""Sample walls: pictures from the same latents under several models, over what a judge counts in them; films scrub."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.pictures import grid
from pages.components import assets, film_transport
from pages.components.frame_player import pack, sheet_columns, sprite_sheet

HTML = f"""
<section class="player walls" role="group" data-testid="walls">
  <div class="lanes" data-testid="walls-lanes"></div>
  <p class="caption" data-testid="walls-caption"></p>
  <div class="timeline">{film_transport.slider("walls")}</div>
  <div class="controls" role="toolbar" aria-label="Player">{film_transport.buttons("walls")}
    {film_transport.pace("walls")}
    <button type="button" class="everyone" data-testid="walls-everyone" hidden>All classes</button>
    <span class="hint"></span>
    {film_transport.saving("save-walls", "walls-png", "PNG", "Download the walls as a PNG")}
  </div>
</section>
"""


@dataclass(frozen=True)
class Lane:
    """A model's pictures, frame by frame, and what the judge reads in them."""

    title: str
    pictures: np.ndarray
    """uint8 (T, N, H, W) grey; T is 1 for a lane that stands still while others play."""
    p: np.ndarray
    """float (T, N, K): p(y|x) of each picture."""
    shares: np.ndarray | None = None
    """float (T, K): the share of each class among many more samples, as marks on the bars; None if nobody counted."""
    note: str = ""


def sample_walls(
    *,
    key: str,
    lanes: Sequence[Lane],
    classes: Sequence[str],
    columns: int = 8,
    captions: Sequence[str] = (),
    fps: float = 6,
    hold: float = 1.5,
    autoplay: bool = True,
    label: str = "Walls of samples",
    hint: str = "Point at a picture: the same z lights up in every wall. Press a bar: one class alone.",
) -> None:
    """Mount lanes of N pictures each, the i-th of every lane from the same latent z_i.

    Args:
        key: name of the walls, unique in the session; what a person has chosen in them survives new pictures.
        lanes: at least one; those of more than one frame have equally many.
        classes: K names, for bars and readings.
        columns: pictures in a row of a wall.
        captions: a text a frame, or none.
        fps: frames a second at speed 1×.
        hold: seconds to rest on the last frame.
        autoplay: play at once, if there is more than one frame (never for a person who prefers reduced motion).
        label: what is shown, for screen readers and file names.
        hint: what a hand can do here.

    Raises:
        ValueError: the lanes do not fit together.
    """
    count = max(len(lane.pictures) for lane in lanes)
    if any(len(lane.pictures) not in (1, count) or lane.pictures.shape[1:] != lanes[0].pictures.shape[1:]
           for lane in lanes):  # fmt: skip
        raise ValueError("Lanes are to have equally many frames, or one, and pictures of one shape.")
    frames = np.stack([grid(frame, columns, 1) for lane in lanes for frame in lane.pictures])
    digest = hashlib.blake2b(frames, digest_size=12, key=repr(frames.shape).encode()).hexdigest()
    firsts = np.cumsum([0, *(len(lane.pictures) for lane in lanes)])
    header = {
        "uid": key,
        "digest": digest,
        "label": label,
        "hint": hint,
        "count": count,
        "width": frames.shape[2],
        "height": frames.shape[1],
        "sheet_columns": sheet_columns(frames),
        "columns": columns,
        "pictures": lanes[0].pictures.shape[1],
        "side": lanes[0].pictures.shape[3],
        "lanes": [_described(lane, int(first)) for lane, first in zip(lanes, firsts, strict=False)],
        "classes": list(classes),
        "captions": list(captions),
        "fps": fps,
        "hold": hold,
        "still": count - 1,
        "ending": "loop",
        "autoplay": autoplay,
    }
    mount = assets.component("sample_walls", HTML, film_transport.PARTS)
    mount(key=key, data=pack(header, sprite_sheet(frames, digest)))


def _described(lane: Lane, first: int) -> dict:
    """A lane for the browser: where its frames begin on the sheet, and the judge's reading of every picture."""
    return {
        "title": lane.title,
        "note": lane.note,
        "first": first,
        "frames": len(lane.pictures),
        "readings": lane.p.argmax(2).tolist(),
        "percent": np.rint(100 * lane.p.max(2)).astype(int).tolist(),
        "shares": [] if lane.shares is None else np.round(lane.shares.astype(float), 4).tolist(),
    }
