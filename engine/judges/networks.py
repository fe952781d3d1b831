"""The judges' networks. Each gives `features` (B, D), which the Fréchet distance compares, and class logits."""

from torch import Tensor, nn
from torch.nn import functional as F


class LeNet(nn.Module):
    """LeNet-5 in modern dress for grey pictures (B, 1, 28, 28) in 0…1; 84 features (LeCun et al. 1998, II.B)."""

    def __init__(self, classes: int):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(16 * 5 * 5, 120), nn.Linear(120, 84)
        self.output = nn.Linear(84, classes)

    def features(self, x: Tensor) -> Tensor:
        h = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (B, 6, 14, 14)
        h = F.max_pool2d(F.relu(self.conv2(h)), 2)  # (B, 16, 5, 5)
        return F.relu(self.fc2(F.relu(self.fc1(h.flatten(1)))))

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.features(x))


class SmallConvNet(nn.Module):
    """Six convolutions and a mean for colour pictures (B, 3, 32, 32) in 0…1; 4 · width features."""

    def __init__(self, classes: int, width: int):
        super().__init__()
        widths = [3, width, width, 2 * width, 2 * width, 4 * width, 4 * width]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in zip(widths[:-1], widths[1:], strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in widths[1:])
        self.output = nn.Linear(4 * width, classes)

    def features(self, x: Tensor) -> Tensor:
        h = 4 * x - 2
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            h = F.relu(norm(convolution(h)))
            h = F.max_pool2d(h, 2) if i in (1, 3) else h
        return h.mean((2, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.features(x))


KINDS = {"lenet": LeNet, "small_convnet": SmallConvNet}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
