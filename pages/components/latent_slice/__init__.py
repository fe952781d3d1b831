"""A patch of the shell on which latents lie, mapped under several generators; they paint what the pointer touches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.pictures import grid
from pages.components import assets, remote_decoder
from pages.components.frame_player import pack, sheet_columns, sprite_sheet

HTML = """
<section class="slice" role="group" aria-label="A slice of the latent space" data-testid="slice">
  <div class="maps" data-testid="slice-maps"></div>
  <div class="legend" role="group" aria-label="Classes: press one to see it alone" data-testid="slice-legend"></div>
  <p class="place" data-testid="slice-place"></p>
  <p class="notice" role="alert" hidden></p>
</section>
"""


@dataclass(frozen=True)
class Map:
    """A generator on the patch: `tiles` uint8 (side², H, W) row by row, and the class that a judge reads in each."""

    title: str
    url: str
    tiles: np.ndarray
    readings: np.ndarray


def latent_slice(
    *,
    key: str,
    maps: Sequence[Map],
    axes: np.ndarray,
    reach: float,
    classes: Sequence[str],
    colours: Sequence[str],
) -> None:
    """Mount the maps side by side, under one cursor.

    Args:
        key: name of the slice, unique in the session.
        maps: each `url` takes `POST` with z as d little-endian float32 and answers H·W grey bytes.
        axes: float (3, d), at right angles and of length 1; see `engine.latents.shell_patch`.
        reach: radians from the middle to an edge.
        classes: names by class.
        colours: `#rrggbb` by class.
    """
    side = int(len(maps[0].tiles) ** 0.5)
    frames = np.stack([grid(part.tiles, side, 0) for part in maps])
    digest = hashlib.blake2b(frames, digest_size=12, key=repr(frames.shape).encode()).hexdigest()
    header = {
        "uid": key,
        "digest": digest,
        "side": side,
        "width": frames.shape[2],
        "height": frames.shape[1],
        "sheet_columns": sheet_columns(frames),
        "maps": [{"title": part.title, "url": part.url, "readings": part.readings.tolist()} for part in maps],
        "axes": np.round(axes.astype(float), 6).tolist(),
        "reach": reach,
        "classes": list(classes),
        "colours": list(colours),
    }
    mount = assets.component("latent_slice", HTML, remote_decoder.PARTS)
    mount(key=key, data=pack(header, sprite_sheet(frames, digest)))
