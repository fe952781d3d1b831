"""/gans: two networks that learn from each other, how that goes wrong, and what cures it."""

from pages.gan_exhibits import race
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Race": race,
}

show_exhibits(EXHIBITS)
