"""What the masks of each data set say, in words. No torch: pages read this too."""

from dataclasses import dataclass

from engine.scenes import CLASSES

IGNORED = 255
"""The value of a mask where nobody knows the class: left out of losses and scores."""


@dataclass(frozen=True)
class Labels:
    """The classes of a mask in the order of their values, and what class 0 is when it is no thing of its own."""

    title: str
    names: tuple[str, ...]
    background: bool = True

    def __len__(self) -> int:
        return len(self.names)


LABELS = {
    "people": Labels(
        "people and their clothing",
        ("background", "hair", "skin", "upper body", "lower body", "full body", "footwear", "accessory"),
    ),
    "camvid": Labels(
        "street scenes",
        (
            "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist",
        ),
        background=False,
    ),
    "horses": Labels("horses", ("background", "horse")),
    "nuclei": Labels("cell nuclei", ("background", "nucleus")),
    "membrane": Labels("neural membranes", ("cell", "membrane")),
    "scenes": Labels("drawn scenes", CLASSES),
}  # fmt: skip
"""The classes of each data set."""


def of_model(config: dict) -> Labels:
    """The classes of a model, from the `config` on its card."""
    return LABELS[config["data"]]
