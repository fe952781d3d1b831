"""What the race can be set to by one button: data, lanes, settings and steps that show one thing."""

from dataclasses import dataclass, replace

from engine.gans import toys
from engine.gans.methods import LANES, PRESETS, Settings
from engine.gans.toys import Toy

RING_SPREAD = 0.05
"""Five times as wide as PacGAN's modes, so that a generator finds them in a few hundred steps."""
QUICK = Settings(width=64, batch=128, lr_d=1e-2, lr_g=2e-3, critics=3, beta1=0.5, horizon=0, ema=0.95)
"""Settings in which a few hundred steps show it all: a discriminator that learns fast starves the vanilla GAN only."""


@dataclass(frozen=True)
class Preset:
    """A button's `title` and `what` it shows, and what it sets; no `data` leaves the data as they are."""

    title: str
    what: str
    lanes: tuple[str, ...]
    settings: Settings
    steps: int
    data: str = ""


def ring() -> Toy:
    """Eight modes on a circle, wide enough to be found quickly."""
    return replace(toys.ring(), spread=RING_SPREAD)


DATA = {"ring": ring, "pacgan": toys.ring, **{name: make for name, make in toys.TOYS.items() if name != "ring"}}
"""What can be learned, by name; a drawing comes on top."""

CHOICES = {
    "collapse": Preset(
        "Collapse and cure", "A discriminator that learns fast: the vanilla GAN loses its modes, the others do not",
        ("vanilla", "ns", "wgan-gp", "r3"), QUICK, 600, "ring",
    ),
    "full": Preset(
        "Full race", "PacGAN's ring and the settings of the measured table: what each method can do at its best",
        LANES["default"], PRESETS["default"], PRESETS["default"].horizon, "pacgan",
    ),
    "strong": Preset(
        "Strong D", "Ten updates of the discriminator for each of the generator",
        ("vanilla", "ns", "wgan-gp", "r3"), replace(QUICK, critics=10), 600, "ring",
    ),
    "no-noise": Preset(
        "No noise", "z = 0: each generator can make a single point, whatever its loss",
        ("vanilla", "ns", "r3"), replace(QUICK, noise=False), 600, "ring",
    ),
}  # fmt: skip
OPENS_WITH = CHOICES["collapse"]
