"""/gans: two networks that learn from each other, how that goes wrong, and what cures it."""

from pages.gan_exhibits import conditional, discriminator, families, gan_break_it, pictures, race, style
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Race": race,
    "Pictures": pictures,
    "Conditional": conditional,
    "Style": style,
    "Discriminator": discriminator,
    "Three families": families,
    "Break it": gan_break_it,
}

show_exhibits(EXHIBITS)
