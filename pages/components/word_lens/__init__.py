"""Word lens: pictures that are painted from words, and where each word looks, at every step and layer."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import save

from engine.editing.understanding import groups
from engine.scenes import words
from pages.components import assets, film_transport
from pages.kit import shown

SECONDS = 4
REST = 1.5
REST_WORD = "the rest"
"""What the token before the first word is called: it is looked at for all that nobody speaks of."""

HTML = f"""
<section class="player surface lens" role="group" aria-label="Where each word looks" data-testid="lens">
  <div class="figures"></div>
  <p class="says" aria-live="polite" data-testid="lens-says"></p>
  <div class="timeline">{film_transport.slider("lens")}
    <div class="windows"></div>
  </div>
  <p class="caption" data-testid="lens-caption"></p>
  <div class="controls" role="toolbar" aria-label="Film and lens">{film_transport.buttons("lens")}
    <div class="segments" data-look="view" role="group" aria-label="Show"></div>
    <div class="segments" data-look="whole" role="group" aria-label="What lights up"></div>
    <div class="segments" data-look="layer" role="group" aria-label="Layer"></div>
    <div class="segments" data-look="span" role="group" aria-label="Steps"></div>
    {film_transport.saving("save-lens", "lens-png", "PNG", "Download what is on show as a PNG")}
  </div>
</section>
"""


@dataclass(frozen=True)
class Shot:
    """One of the pictures: its title, its prompt, whether something in it is broken on purpose; of each word of the
    prompt the word of the first picture whose place it has (−1: none), whether it is new or will go, and its weight."""

    title: str
    text: str
    of: Sequence[int]
    changed: Sequence[bool]
    weights: Sequence[float] = ()
    broken: bool = False

    def as_data(self) -> dict:
        """Token by token, the first being the one before the first word."""
        tokens = [REST_WORD, *words(self.text)]
        n = len(tokens)
        return {
            "title": self.title, "text": self.text, "tokens": tokens, "of": [int(i) for i in self.of[:n]],
            "changed": [bool(c) for c in self.changed[:n]], "broken": self.broken,
            "weights": [float(w) for w in self.weights[:n]] or [1.0] * n, "groups": [0, *groups(self.text)],
        }  # fmt: skip


@dataclass(frozen=True)
class Window:
    """A part of the run from its beginning, in frames, and what is taken over in it: "cross" or "self" attention."""

    kind: str
    frames: int
    text: str


def word_lens(
    *, key: str, name: Hashable, shots: Sequence[Shot], windows: Sequence[Window], t: np.ndarray, alpha_bar: np.ndarray,
    x_t: np.ndarray, x0_hat: np.ndarray, attention: dict[str, np.ndarray], mask: np.ndarray | None = None,
) -> None:  # fmt: skip
    """Mount the pictures and their maps, which the browser fetches once; all else happens there.

    name: what the arrays are known by; t, alpha_bar: (T,). x_t, x0_hat: uint8 (T, N, H, W, 3). attention: float16
    (T, N, tokens, side, side) by layer. mask: bool (T, N − 1, h, w), where pictures may differ from the first.
    """

    def tensors() -> bytes:
        arrays = {"xt": x_t, "x0": x0_hat, **{layer: maps.astype(np.float16) for layer, maps in attention.items()}}
        if mask is not None:
            arrays["mask"] = mask.astype(np.uint8)
        return save({name: np.ascontiguousarray(array) for name, array in arrays.items()})

    data = {
        "uid": key,
        "url": shown.url(("word_lens", name), "application/octet-stream", tensors),
        "shots": [shot.as_data() for shot in shots],
        "windows": [{"kind": window.kind, "frames": window.frames, "text": window.text} for window in windows],
        "t": t.tolist(),
        "alpha_bar": alpha_bar.tolist(),
        "count": len(t),
        "fps": (len(t) - 1) / SECONDS,
        "hold": REST,
        "still": len(t) - 1,
        "ending": "loop",
        "autoplay": False,
    }
    assets.component("word_lens", HTML, film_transport.PARTS)(key=key, data=data)
