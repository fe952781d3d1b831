"""/segmentation: a U-Net opened up, on pictures of one's own."""

from pages.kit.exhibits import show_exhibits
from pages.segmentation_exhibits import photo

EXHIBITS = {
    "Your photo": photo,
}

show_exhibits(EXHIBITS)
