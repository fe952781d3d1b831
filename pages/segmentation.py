"""/segmentation: a U-Net opened up, on pictures of one's own."""

from pages.kit.exhibits import show_exhibits
from pages.segmentation_exhibits import black, microscope, photo, skips

EXHIBITS = {
    "Your photo": photo,
    "Skips": skips,
    "Why is it black?": black,
    "Microscope": microscope,
}

show_exhibits(EXHIBITS)
