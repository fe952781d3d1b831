"""What pages ask of a judge."""

from torch import Tensor, nn

from engine.operations import operation


@operation(batched=True)
def classify(model: nn.Module, x: Tensor) -> Tensor:
    """p(y|x), (B, classes), of pictures in 0…1."""
    return model(x).softmax(1)


@operation(batched=True)
def features(model: nn.Module, x: Tensor) -> Tensor:
    """What a judge sees in pictures in 0…1, before it names a class: (B, D). Near features mean alike pictures."""
    return model.features(x)
