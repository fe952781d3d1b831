"""The public segmentation models one can choose, in words. No torch: pages read this too."""

from dataclasses import dataclass

VOC = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table",
    "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "television",
)  # fmt: skip
"""The classes of Pascal VOC in the order of their numbers."""


@dataclass(frozen=True)
class PublicChoice:
    """A model of torchvision: `megabytes` to fetch, and the mean IoU that its publishers measured on COCO val2017 with
    VOC's classes."""

    title: str
    megabytes: float
    miou: float
    licence: str = "BSD 3-Clause (torchvision); trained on COCO, whose photos have licences of their own"
    classes: tuple[str, ...] = VOC


PUBLIC = {
    "lraspp_mobilenet_v3_large": PublicChoice("LR-ASPP, MobileNetV3", 12.5, 0.579),
    "deeplabv3_mobilenet_v3_large": PublicChoice("DeepLabV3, MobileNetV3", 42.3, 0.603),
    "fcn_resnet50": PublicChoice("FCN, ResNet-50", 135.0, 0.605),
    "deeplabv3_resnet50": PublicChoice("DeepLabV3, ResNet-50", 160.5, 0.664),
}
"""By torchvision's own names."""
