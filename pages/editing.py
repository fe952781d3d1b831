"""/editing: a picture changed with a brush, with noise, and with a network of its own."""

from pages.editing_exhibits import fill, photo, restore, sdedit, words
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Words on scenes": words,
    "Your photo": photo,
    "Restore": restore,
    "SDEdit": sdedit,
    "Fill a hole": fill,
}

show_exhibits(EXHIBITS)
