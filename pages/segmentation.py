"""/segmentation: a U-Net opened up, on pictures of one's own."""

from pages.kit.exhibits import show_exhibits
from pages.segmentation_exhibits import black, history, microscope, photo, skips, train_now

EXHIBITS = {
    "Your photo": photo,
    "Skips": skips,
    "Why is it black?": black,
    "Microscope": microscope,
    "History": history,
    "Train now": train_now,
}

show_exhibits(EXHIBITS)
