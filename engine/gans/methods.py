"""Who races: losses with their cures, and the settings that all lanes share. Standard library: pages use it too."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Method:
    """A loss (a name in `losses.LOSSES`) and what is added to it; 0, 1 or False leaves a cure out.

    `gp`, `r1` and `r2` weigh penalties on the discriminator's slope; `clip` bounds its weights; `spectral` divides each
    of its weights by its largest singular value; `stddev` shows it the spread of the batch; `pack` shows it so many
    points at once; `unroll` lets the generator look so many discriminator updates ahead.
    """

    title: str
    loss: str
    gp: float = 0.0
    r1: float = 0.0
    r2: float = 0.0
    clip: float = 0.0
    spectral: bool = False
    stddev: bool = False
    pack: int = 1
    unroll: int = 0
    source: str = ""


METHODS: dict[str, Method] = {
    "vanilla": Method("Vanilla GAN", "minimax", source="Goodfellow et al. 2014"),
    "ns": Method("Non-saturating", "non_saturating", source="Goodfellow et al. 2014, section 3"),
    "ls": Method("Least squares", "least_squares", source="Mao et al. 2017"),
    "hinge": Method("Hinge", "hinge", source="Lim & Ye 2017"),
    "wgan": Method("Wasserstein, clipped", "wasserstein", clip=0.1, source="Arjovsky et al. 2017"),
    "wgan-gp": Method("WGAN-GP", "wasserstein", gp=1.0, source="Gulrajani et al. 2017"),
    "spectral": Method("Spectral norm", "hinge", spectral=True, source="Miyato et al. 2018"),
    "stddev": Method("Minibatch spread", "non_saturating", stddev=True, source="Karras et al. 2018"),
    "pac2": Method("PacGAN, m = 2", "non_saturating", pack=2, source="Lin et al. 2018"),
    "pac4": Method("PacGAN, m = 4", "non_saturating", pack=4, source="Lin et al. 2018"),
    "unrolled": Method("Unrolled, k = 5", "non_saturating", unroll=5, source="Metz et al. 2017"),
    "r1": Method("R1", "non_saturating", r1=0.05, source="Mescheder et al. 2018"),
    "r3": Method("R3GAN", "relativistic", r1=0.05, r2=0.05, source="Huang et al. 2024"),
}


@dataclass(frozen=True)
class Settings:
    """What every lane of a race shares: the same networks, data, noise and step sizes.

    `noise_dims` is the size of z; without `noise` z is 0, so a generator can make one point only. Both networks are
    MLPs of `layers` hidden layers of `width`. `critics` is k, the discriminator's updates for one of the generator's.
    The learning rates fall to zero over the second half of `horizon` steps (0: they stay). `ema` > 0 shows and counts
    the running average of the generator's weights instead of the weights of the moment.
    """

    seed: int = 0
    batch: int = 256
    noise_dims: int = 2
    noise: bool = True
    width: int = 64
    layers: int = 4
    lr_d: float = 4e-3
    lr_g: float = 1e-2
    beta1: float = 0.0
    beta2: float = 0.99
    critics: int = 1
    horizon: int = 3000
    ema: float = 0.99

    def check(self) -> None:
        """Raises ValueError with a sentence about the first setting that is out of bounds."""
        bounds = {
            "batch": (8, 1024), "noise_dims": (1, 64), "width": (8, 256), "layers": (1, 6), "lr_d": (0, 0.1),
            "lr_g": (0, 0.1), "beta1": (0, 0.999), "beta2": (0, 0.9999), "critics": (1, 20), "horizon": (0, 200_000),
            "ema": (0, 0.9999),
        }  # fmt: skip
        for name, (low, high) in bounds.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"The setting '{name}' must lie in {low}…{high:,}, not at {getattr(self, name)}.")
        if self.batch % 4:
            raise ValueError("The batch must be a multiple of 4.")


DEFAULT = Settings()
"""A generator that takes large steps: the vanilla GAN collapses here, and the cures do not."""

PRESETS: dict[str, Settings] = {
    "default": DEFAULT,
    "many modes": replace(DEFAULT, lr_g=4e-3, horizon=9000),
    "strong discriminator": replace(DEFAULT, critics=10),
    "no noise": replace(DEFAULT, noise=False),
}
"""Settings by name. The lanes that teach the most in each are in `LANES`."""

MEASURED = {"ring": "default", "grid": "many modes"}
"""The preset in which a toy's table is measured, the same for all its rows; other toys take the default."""

LANES: dict[str, tuple[str, ...]] = {
    "default": ("vanilla", "ns", "wgan-gp", "pac4", "r1", "r3"),
    "many modes": ("vanilla", "ns", "wgan-gp", "pac4", "r1", "r3"),
    "strong discriminator": ("vanilla", "ns", "wgan-gp", "r3"),
    "no noise": ("vanilla", "ns", "r3"),
}
