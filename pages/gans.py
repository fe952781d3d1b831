"""/gans: two networks that learn from each other, how that goes wrong, and what cures it."""

from pages.gan_exhibits import conditional, discriminator, families, pictures, race
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Race": race,
    "Pictures": pictures,
    "Conditional": conditional,
    "Discriminator": discriminator,
    "Three families": families,
}

show_exhibits(EXHIBITS)
