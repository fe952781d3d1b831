"""A 2-D latent plane with the decoder running in the browser: whatever the pointer touches is decoded at 60 fps."""

from collections.abc import Sequence
from dataclasses import dataclass

from pages.components.assets import component, controlled

Code = tuple[float, float]

MOST_PINS = 8

HTML = """
<div class="surface atlas"><div class="board">
  <div class="map" data-testid="atlas-frame">
    <div class="layer manifold"></div>
    <canvas class="layer codes"></canvas>
    <canvas class="layer prior"></canvas>
    <canvas class="layer overlay" data-testid="atlas-map" tabindex="0" role="application"
      aria-label="Latent plane. Arrow keys move the cursor, with shift in big steps; Enter pins a point;
        Backspace removes the last pin; Space plays the path."></canvas>
    <div class="notice" role="alert" hidden><span></span> <button class="again">Try again</button></div>
  </div>
  <div class="controls">
    <div class="chips layers" role="group" aria-label="Layers"></div>
    <div class="chips legend" role="group" aria-label="Classes: press one to see it alone"></div>
  </div>
  <div class="panel">
    <div class="look">
      <canvas class="picture loading" data-testid="atlas-picture" width="28" height="28" role="img"
        aria-label="The picture decoded at the cursor"></canvas>
      <div class="facts">
        <p class="z" data-testid="atlas-z"></p>
        <dl>
          <dt>prior density</dt><dd class="density" data-testid="atlas-density"></dd>
          <dt>from the origin</dt><dd class="norm"></dd>
          <dt>neighbours</dt><dd class="near" data-testid="atlas-near"></dd>
          <dt>posterior</dt><dd class="sigma" data-testid="atlas-sigma"></dd>
        </dl>
        <div class="mix" aria-hidden="true"></div>
        <div class="buttons">
          <button class="save-picture" data-testid="atlas-save-picture">Picture PNG</button>
          <button class="save-map" data-testid="atlas-save-map">Map PNG</button>
        </div>
        <p class="timing" data-testid="atlas-timing"></p>
      </div>
    </div>
    <div class="strip" data-testid="atlas-strip" hidden>
      <header>
        <h4></h4>
        <button class="play" data-testid="atlas-play"></button>
        <button class="clear" data-testid="atlas-clear">Clear</button>
      </header>
      <span class="label">linear</span><div class="frames" data-testid="atlas-linear"></div>
      <span class="label">spherical</span><div class="frames" data-testid="atlas-spherical"></div>
    </div>
    <p class="hint"></p>
  </div>
  <output class="spoken" aria-live="polite"></output>
</div></div>
"""


@dataclass(frozen=True)
class AtlasResult:
    """What the hand left on the map: `pins`, codes z ∈ R² in the order they were pinned."""

    pins: list[Code]


def latent_atlas(
    *,
    key: str,
    model: str,
    decoder_url: str,
    codes_url: str,
    classes: Sequence[str],
    colours: Sequence[str],
    pins: Sequence[Code] = (),
    marker: Code | None = None,
    height: int = 620,
) -> AtlasResult:
    """Show the latent plane of a 2-D autoencoder and return the pins; keep them and pass them back as `pins`.

    `decoder_url` serves the safetensors of a residual MLP decoder R² → 784 Bernoulli logits (names `decoder.…`, see
    `MlpDecoder` in shared.js); `codes_url` those of the test set's `mu` (N, 2), `logvar` (N, 2; left out for a
    deterministic encoder) and `labels` (N,). `classes` and `colours` (`#rrggbb`) are indexed by label. `marker` is
    the code of a person's own picture; `height` the largest side of the square map in CSS pixels. `model` names the
    downloads.
    """
    data = {
        "uid": key,
        "model": model,
        "decoder_url": decoder_url,
        "codes_url": codes_url,
        "classes": list(classes),
        "colours": list(colours),
        "marker": list(marker) if marker is not None else None,
        "height": height,
        "most_pins": MOST_PINS,
    }
    seeded = [[float(x), float(y)] for x, y in pins][:MOST_PINS]
    kept = controlled(component("latent_atlas", HTML), key=key, value=seeded, data=data)
    return AtlasResult(pins=[(float(x), float(y)) for x, y in kept[:MOST_PINS]])
