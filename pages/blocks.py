"""/blocks: what convolutional networks are made of, one block after the other, on a picture of one's own."""

from pages.block_exhibits import kernels
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Convolution": kernels,
}

show_exhibits(EXHIBITS)
