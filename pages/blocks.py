"""/blocks: what convolutional networks are made of, one block after the other, on a picture of one's own."""

from pages.block_exhibits import kernels, output_size, parameters, pooling, upsampling
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Convolution": kernels,
    "Output size": output_size,
    "Parameters": parameters,
    "Pooling": pooling,
    "Up-sampling": upsampling,
}

show_exhibits(EXHIBITS)
