"""/blocks: what convolutional networks are made of, one block after the other, on a picture of one's own."""

from pages.block_exhibits import (
    kernels,
    normalisation,
    one_by_one,
    output_size,
    parameters,
    pooling,
    quiz,
    residual,
    upsampling,
)
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Convolution": kernels,
    "Which kernel?": quiz,
    "Output size": output_size,
    "Parameters": parameters,
    "Pooling": pooling,
    "Up-sampling": upsampling,
    "Normalisation": normalisation,
    "Residual": residual,
    "Linear as 1 × 1": one_by_one,
}

show_exhibits(EXHIBITS)
