"""/editing: a picture changed with a brush, with noise, and with a network of its own."""

from pages.editing_exhibits import fill, instructions, large_models, photo, restore, sdedit, words
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Words on scenes": words,
    "Instructions": instructions,
    "Your photo": photo,
    "Restore": restore,
    "SDEdit": sdedit,
    "Fill a hole": fill,
    "Large models": large_models,
}

show_exhibits(EXHIBITS)
