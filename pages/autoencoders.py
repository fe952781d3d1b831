"""/autoencoders: what a code is, why it should be a distribution, and what can be done with it."""

from pages.autoencoder_exhibits import (
    arithmetic,
    atlas,
    break_it,
    codes,
    corrupt,
    dials,
    train_now,
    why_variational,
    your_own,
)
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Atlas": atlas,
    "5-D and 20-D": dials,
    "Your own": your_own,
    "Arithmetic": arithmetic,
    "Corrupt and restore": corrupt,
    "VQ codes": codes,
    "Break it": break_it,
    "Why variational": why_variational,
    "Train it now": train_now,
}

show_exhibits(EXHIBITS)
