"""The public models one may begin with, in words; any other of `open_clip` can be typed. No torch: pages read this."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublicChoice:
    """A model of open_clip and the tag of its weights: about `megabytes` to fetch, and the accuracy on ImageNet's 1,000
    classes, of which it was shown none by number, that its publishers measured."""

    name: str
    tag: str
    title: str
    megabytes: int
    imagenet: float
    licence: str


PUBLIC = (
    PublicChoice("ViT-B-32", "laion2b_s34b_b79k", "ViT-B/32, LAION-2B", 605, 0.666, "MIT (LAION)"),
    PublicChoice("MobileCLIP2-S0", "dfndr2b", "MobileCLIP2-S0, DFNDR-2B", 300, 0.715, "Apple's research licence"),
    PublicChoice("ViT-B-16", "datacomp_xl_s13b_b90k", "ViT-B/16, DataComp-1B", 600, 0.735, "MIT (LAION)"),
)
"""The first is the one to take where nothing speaks for another."""

CAN = (
    "It has read billions of pictures with their captions, so it knows most things that have a name, written words and "
    "famous faces included."
)
CANNOT = (
    "It still counts badly, hardly hears a “not” or the order of words, and has learned the web's prejudices. Nobody "
    "can say what it was shown."
)
"""What such a model can and cannot do, to be said beside it."""
