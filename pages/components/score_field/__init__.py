"""The exact and the learned score of 2-D data side by side, and the same particles following each, in the browser."""

import base64
from collections.abc import Mapping

import numpy as np

from engine.diffusion.toy_walks import Plan
from engine.toys import Mixture
from pages.components.assets import component

HTML = """
<div class="surface score-field">
  <div class="planes">
    <figure class="plane exact"><figcaption><b>Exact score</b><span class="fact" data-testid="score-fact"
      title="Particles within three standard deviations of one of the noised Gaussians that make q(x_t)"></span>
      </figcaption><canvas data-testid="score-exact" tabindex="0" role="application" aria-label="Particles in the exact
        score. Space plays, arrow keys move in time, shift and arrows move the probe, Enter drops a particle there, R
        begins anew."></canvas></figure>
    <figure class="plane learned"><figcaption><b>Learned score</b><span class="fact"
      data-testid="score-learned-fact" title="The last number: how far the learned noise is from the exact E[ε|x_t] at
        these particles, squared, a coordinate"></span></figcaption><canvas data-testid="score-learned" tabindex="0"
      role="application" aria-label="The same particles in the learned score, with the same keys."></canvas>
      <p class="missing"></p></figure>
  </div>
  <div class="time">
    <button type="button" class="play" data-testid="score-play"></button>
    <button type="button" class="restart" data-testid="score-restart" title="From the beginning (R)"
      aria-label="From the beginning">⟲</button>
    <input type="range" class="scrub" min="0" step="1" value="0" data-testid="score-scrub"
      aria-label="From noise, on the left, to data">
  </div>
  <div class="row">
    <p class="level" data-testid="score-level"></p>
    <button type="button" data-speed="0.25">¼×</button><button type="button" data-speed="1">1×</button>
    <button type="button" data-speed="3">3×</button>
  </div>
  <div class="row">
    <button type="button" data-layer="density" title="q(x_t), from grey noise to green data">Density</button>
    <button type="button" data-layer="arrows" title="The score: towards where data are likelier">Arrows</button>
    <button type="button" data-layer="trails" title="The last twelve moves">Trails</button>
    <button type="button" data-layer="error" title="Where the learned noise is far from the exact one">Error</button>
    <span class="gap"></span>
    <button type="button" class="clear" title="Take away the particles that you dropped">Clear dropped</button>
    <button type="button" class="csv" data-testid="score-csv" title="All particles as they are now">CSV</button>
    <button type="button" class="png" data-testid="score-png">PNG</button>
  </div>
  <p class="probe" data-testid="score-probe"></p>
</div>
"""


def score_field(
    *,
    key: str,
    name: str,
    source: Mixture,
    plan: Plan,
    start: tuple[float, float, float],
    particles: int,
    seed: int,
    colours: Mapping[str, str],
    weights: bytes = b"",
    live_url: str = "",
    missing: str = "",
) -> None:
    """Show two planes; all that moves is computed in the browser.

    `source` gives the exact score, `weights` (a `ToyModel` as safetensors) the learned one; while `live_url` is not
    empty, they are fetched from there again and again. Without either, the second plane says `missing`. `particles`
    begin at N((x, y), s² I) with `start` = (x, y, s) and follow `plan`; both planes get the same noise, which `seed`
    determines. `colours` has the CSS colours of real, generated, noise, score and error; `name` names the downloads.
    """
    data = {
        "uid": key,
        "name": name,
        "source": {"centres": _rounded(source.centres), "spread": source.spread},
        "plan": {
            "t": plan.t.tolist(), "alpha_bar": _rounded(plan.alpha_bar, 12), "moves": _rounded(plan.moves, 9),
        },
        "start": list(start),
        "particles": particles,
        "seed": seed,
        "colours": dict(colours),
        "weights": base64.b64encode(weights).decode(),
        "live_url": live_url,
        "missing": missing,
    }  # fmt: skip
    component("score_field", HTML)(key=key, data=data)


def _rounded(values: np.ndarray, decimals: int = 4) -> list:
    return np.round(values, decimals).tolist()
