"""Diffusion film: one scrubber that moves x_t, x̂₀, ε̂, the noise schedule and the distance to the final picture."""

import hashlib
import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.pictures import grid
from pages.components import assets, film_transport
from pages.components.frame_player import pack, sheet_columns
from pages.kit import roles

MOST_PICTURES = 32
SECONDS = 4  # a run plays this long at speed 1×, however many steps it took
REST = 1.5  # seconds on the final picture

VIEWS = (
    ("xt", "x<sub>t</sub>", "the noisy picture"),
    ("x0", "<span class='hat'>x</span><sub>0</sub>", "what the network believes"),
    ("eps", "<span class='hat'>ε</span>", "the noise it predicts"),
)
FIGURES = "".join(
    f"""
    <figure class="{name}"><div class="frame"><canvas tabindex="0" role="img" data-testid="film-{name}"></canvas></div>
      <figcaption><b>{symbol}</b> {text}</figcaption></figure>"""
    for name, symbol, text in VIEWS
)
HTML = f"""
<section class="player film" role="group" data-testid="film">
  <div class="views">{FIGURES}
    <figure class="curve">
      <figcaption>
        <span class="segments" role="group" aria-label="Curve">
          <button type="button" data-curve="alpha" data-testid="film-curve-alpha" title="The share of the picture's
 variance in x_t"><span><span class="bar">α</span><sub>t</sub></span></button>
          <button type="button" data-curve="snr" data-testid="film-curve-snr"
            title="The logarithm of the signal-to-noise ratio, ln(ᾱ / (1 − ᾱ))">log SNR</button>
        </span>
        <output class="level" data-testid="film-level"></output>
      </figcaption>
      <div class="plot"><canvas role="img" data-testid="film-curve"></canvas></div>
    </figure>
    <figure class="distance">
      <figcaption>
        <span class="legend noisy"><b>‖x<sub>t</sub> − x<sub>0</sub>‖</b>
          <output data-testid="film-distance-xt"></output></span>
        <span class="legend believed"><b>‖<span class="hat">x</span><sub>0</sub> − x<sub>0</sub>‖</b>
          <output data-testid="film-distance-x0"></output></span>
        <span class="unit">RMS per pixel</span>
      </figcaption>
      <div class="plot"><canvas role="img" data-testid="film-distance"></canvas></div>
    </figure>
  </div>
  <div class="timeline">
    {film_transport.slider("film")}
  </div>
  <p class="caption" data-testid="film-caption"></p>
  <div class="controls" role="toolbar" aria-label="Player">{film_transport.buttons("film")}
    {film_transport.pace("film")}
    {film_transport.saving("save-frame", "film-png", "PNG", "Download the three views as a PNG")}
    {film_transport.saving("save-strip", "film-strip", "Strip", "Download a strip of ten frames as a PNG")}
  </div>
</section>
"""


@dataclass(frozen=True)
class Film:
    """N pictures denoised together, in T frames from noise to the final picture.

    Raises:
        ValueError: the arrays do not fit together, or `t` does not fall.
    """

    t: np.ndarray
    """int (T,): the visited times, falling; 0 at the end of a run that was not halted."""
    x_t: np.ndarray
    """uint8 (T, N, H, W) grey or (T, N, H, W, 3) colour, 1 ≤ N ≤ 32."""
    x0_hat: np.ndarray
    """uint8, the same shape: the clean picture as the network sees it at each time."""
    eps_hat: np.ndarray
    """uint8, the same shape: the noise that it predicts."""
    alpha_bar: np.ndarray
    """float (T,) in 0…1: ᾱ at the visited times."""
    distance: np.ndarray
    """float (T, 2): RMS per pixel of x_t − x_0 and of x̂₀ − x_0; NaN while x_0 is not known."""
    captions: tuple[str, ...] = ()
    """Empty, or N short labels."""

    def __post_init__(self) -> None:
        shape = self.x_t.shape
        if self.x_t.ndim not in (4, 5) or shape[4:] not in ((), (3,)) or 0 in shape:
            raise ValueError(f"x_t is (T, N, H, W) or (T, N, H, W, 3), not {shape}.")
        for name in ("x_t", "x0_hat", "eps_hat"):
            view = getattr(self, name)
            if view.dtype != np.uint8 or view.shape != shape:
                raise ValueError(f"{name} is to be uint8 {shape}, not {view.dtype} {view.shape}.")
        frames, pictures = shape[:2]
        if pictures > MOST_PICTURES:
            raise ValueError(f"A film shows at most {MOST_PICTURES} pictures, not {pictures}.")
        if len(self.captions) not in (0, pictures):
            raise ValueError(f"{pictures} pictures want as many captions, not {len(self.captions)}.")
        for name, expected in (("t", (frames,)), ("alpha_bar", (frames,)), ("distance", (frames, 2))):
            if getattr(self, name).shape != expected:
                raise ValueError(f"{name} is to be {expected}, not {getattr(self, name).shape}.")
        if (np.diff(self.t) >= 0).any() or self.t[-1] < 0:
            raise ValueError("t is to fall from frame to frame, and not below 0.")


def diffusion_film(
    *,
    key: str,
    film: Film,
    height: int = 420,
    autoplay: bool = True,
    label: str = "Denoising film",
) -> None:
    """Mount a denoising run that plays in the browser; another film under the same key takes over and starts again.

    Args:
        key: name of the player, unique in the session.
        film: what to show.
        height: the three views are enlarged until they fill the width or are this many screen pixels high.
        autoplay: play at once (never for a person who prefers reduced motion: the film rests on its last frame).
        label: what the film shows, for screen readers and file names.
    """
    cells = np.stack([film.x_t, film.x0_hat, film.eps_hat])
    cells = np.ascontiguousarray(cells.reshape(-1, *film.x_t.shape[2:]))  # view, frame, picture → one row of cells
    digest = hashlib.blake2b(cells, digest_size=12, key=repr(film.x_t.shape).encode()).hexdigest()
    header = {
        "uid": key,
        "digest": digest,
        "label": label,
        "count": len(film.t),
        "pictures": film.x_t.shape[1],
        "width": film.x_t.shape[3],
        "height": film.x_t.shape[2],
        "columns": sheet_columns(cells),
        "tallest": height,
        "t": film.t.tolist(),
        "alpha_bar": _numbers(film.alpha_bar),
        "distance": [_numbers(line) for line in film.distance.T],
        "captions": film.captions,
        "colours": {"noise": roles.NOISE, "generated": roles.GENERATED},
        "fps": (len(film.t) - 1) / SECONDS,
        "hold": REST,
        "still": len(film.t) - 1,
        "ending": "loop",
        "autoplay": autoplay,
    }
    mount = assets.component("diffusion_film", HTML, film_transport.PARTS)
    mount(key=key, data=pack(header, _sheet(cells)))


def _sheet(cells: np.ndarray) -> bytes:
    """All cells (C, H, W[, 3]) in one BMP: noise does not compress, and a PNG of it takes thirty times as long."""
    bitmap = io.BytesIO()
    Image.fromarray(grid(cells, sheet_columns(cells), gap=0)).save(bitmap, "BMP")
    return bitmap.getvalue()


def _numbers(values: np.ndarray) -> list[float | None]:
    """As JSON has them: no NaN; six digits are more than a screen shows."""
    return [float(f"{value:.6g}") if math.isfinite(value) else None for value in values]
