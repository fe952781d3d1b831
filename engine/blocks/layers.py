"""How many weights a stack of convolutions has, and what one of its outputs sees. NumPy only."""

import re
from typing import NamedTuple

MOST_LAYERS = 12
MOST = 4096
PATTERN = re.compile(r"(\d{1,4})x(\d{1,4})x(\d{1,4})x(\d{1,4})")


class Layer(NamedTuple):
    """A convolution of height × width, from `c_in` to `c_out` channels."""

    height: int
    width: int
    c_in: int
    c_out: int

    def weights(self, biases: bool = False) -> int:
        """kh · kw · C_in · C_out, and C_out biases if wanted."""
        return self.height * self.width * self.c_in * self.c_out + (self.c_out if biases else 0)


LECTURE = (
    Layer(5, 5, 3, 4), Layer(1, 1, 4, 2), Layer(3, 3, 2, 2), Layer(1, 1, 2, 4), Layer(1, 1, 4, 2), Layer(3, 3, 2, 2),
    Layer(1, 1, 2, 4),
)  # fmt: skip
"""A first convolution and two bottlenecks: 300 + 8 + 36 + 8 + 8 + 36 + 8 = 404 weights."""


def total(layers: tuple[Layer, ...], biases: bool = False) -> int:
    """The weights of all layers."""
    return sum(layer.weights(biases) for layer in layers)


def receptive_field(layers: tuple[Layer, ...]) -> tuple[int, int]:
    """Height and width of what one output sees, with stride 1: 1 + Σ (k − 1)."""
    return 1 + sum(layer.height - 1 for layer in layers), 1 + sum(layer.width - 1 for layer in layers)


def to_text(layers: tuple[Layer, ...]) -> str:
    """`5x5x3x4 1x1x4x2`."""
    return " ".join("x".join(map(str, layer)) for layer in layers)


def from_text(text: str) -> tuple[Layer, ...]:
    """The layers in a text like `5x5x3x4 1x1x4x2`; × and · are as good as x. Raises ValueError with a sentence."""
    words = text.replace("×", "x").replace("·", "x").replace("*", "x").replace("+", " ").replace(",", " ").split()
    if not 1 <= len(words) <= MOST_LAYERS:
        raise ValueError(f"Write 1 to {MOST_LAYERS} layers, each as height x width x in x out: {to_text(LECTURE[:2])}")
    layers = []
    for word in words:
        found = PATTERN.fullmatch(word)
        if not found or not all(1 <= int(number) <= MOST for number in found.groups()):
            raise ValueError(f"“{word}” is no layer: write height x width x in x out, such as 5x5x3x4.")
        layers.append(Layer(*map(int, found.groups())))
    return tuple(layers)


def mismatches(layers: tuple[Layer, ...]) -> list[int]:
    """The places of layers that expect another number of channels than the layer before gives."""
    pairs = zip(layers, layers[1:], strict=False)
    return [place for place, (before, after) in enumerate(pairs, 1) if before.c_out != after.c_in]
