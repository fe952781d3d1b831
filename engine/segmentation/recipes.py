"""Every segmentation model that Manifold ships, as a recipe."""

from engine.cards import Reference
from engine.segmentation import data
from engine.segmentation.batches import PeopleBatches, PhotoBatches, SceneBatches
from engine.segmentation.classes import LABELS
from engine.segmentation.evaluation import SegmentationEvaluation
from engine.segmentation.objectives import Segment
from engine.segmentation.warps import Warp
from engine.training import Budget, Recipe

STREETS = Warp((0.9, 2.0), turn=5, stretch=1.15)
ANIMALS = Warp((0.7, 2.0), turn=12, stretch=1.3)
CELLS = Warp((0.7, 1.8), turn=180, stretch=1.2, upside_down=True)
MEMBRANES = Warp((0.8, 1.25), turn=180, stretch=1.1, upside_down=True)

PLAIN = Segment(dice=0.5)
CAMVID_PUBLISHED = (
    Reference("miou", 0.513, "ENet, Paszke et al. 2016"),
    Reference("miou", 0.601, "SegNet, Badrinarayanan et al. 2017, at 480×360"),
    Reference("miou", 0.669, "FC-DenseNet103, Jégou et al. 2017, at 480×360"),
)


def segmenter(
    name: str, title: str, kind: str, config: dict, on: str, batches: PeopleBatches | PhotoBatches | SceneBatches,
    budget: Budget, limits: str, objective: Segment = PLAIN, published: tuple[Reference, ...] = (),
) -> Recipe:  # fmt: skip
    """A network for the classes of the data set `on`."""
    evaluation = SegmentationEvaluation(on)
    return Recipe(
        name=name,
        title=title,
        family="segmentation",
        kind=kind,
        config={"data": on, "classes": len(LABELS[on])} | config,
        dataset=data.SETS[on].folder,
        objective=objective,
        budget=budget,
        evaluate=evaluation,
        derive=evaluation.derive,
        batches=batches,
        provenance=data.SETS[on].provenance,
        published=published,
        limits=limits,
    )


def horses(name: str, title: str, kind: str, config: dict, limits: str) -> Recipe:
    """One of the three that are compared: same pictures, same budget."""
    batches, budget = PhotoBatches("horses", 192, ANIMALS), Budget(6_000, batch=12, lr=2e-3)
    return segmenter(name, title, kind, config | {"patch": 2}, "horses", batches, budget, limits)


FAMILY = [
    segmenter(
        "unet-people", "U-Net, people and their clothing", "unet",
        {"widths": [16, 32, 56, 80, 112], "patch": 2, "side": 320}, "people", PeopleBatches(192),
        Budget(40_000, batch=12, lr=3e-3, warmup=500, ema=0.998),
        "Learned from 803 catalogue photos and what can be composed from them: crowds, children, unusual poses and "
        "close-ups are harder; bags count as part of the person.",
        Segment(dice=0.3, foreground=1.0, thinned=2),
    ),
    segmenter(
        "unet-camvid", "U-Net, street scenes", "unet", {"widths": [12, 24, 36, 48, 64]}, "camvid",
        PhotoBatches("camvid", 192, STREETS), Budget(30_000, batch=8, lr=2e-3, warmup=500),
        "Knows the streets of Cambridge from behind one windscreen, at 256×192.",
        Segment(dice=1.0), CAMVID_PUBLISHED,
    ),
    segmenter(
        "unet-nuclei", "U-Net, cell nuclei", "unet", {"widths": [10, 20, 30, 40]}, "nuclei",
        PhotoBatches("nuclei", 160, CELLS, camera=False, borders=True), Budget(8_000, batch=8, lr=2e-3),
        "Mostly fluorescence, bright on black; stained tissue is rarer and harder.",
    ),
    segmenter(
        "unet-membrane", "U-Net, neural membranes", "unet", {"widths": [8, 16, 24, 32]}, "membrane",
        PhotoBatches("membrane", 192, MEMBRANES, camera=False), Budget(6_000, batch=8, lr=2e-3),
        "One volume of one fly's nerve cord: other microscopes look different.",
    ),
    segmenter(
        "unet-scenes", "U-Net, drawn scenes", "unet", {"widths": [12, 24, 36, 48], "patch": 2, "side": data.DRAWN_SIDE},
        "scenes", SceneBatches(data.DRAWN_SIDE), Budget(3_000, batch=16, lr=1e-2, warmup=100, ema=0.99),
        "Knows eight drawn shapes in flat colours, nothing that a camera sees.",
        Segment(dice=1.0, thinned=2),
    ),
    horses("unet-horses", "U-Net, horses", "unet", {"widths": [10, 20, 30, 40, 52]}, "Almost all horses face left."),
    horses(
        "fcn-horses", "Fully convolutional network, horses", "fcn", {"widths": [10, 20, 30, 40, 52]},
        "Coarse on purpose: its scores are 32 times smaller than the picture.",
    ),
    horses(
        "dilated-horses", "Dilated network, horses", "dilated", {"widths": [10, 20, 28]},
        "Every map stays at an eighth of the picture's size.",
    ),
]  # fmt: skip
RECIPES = {recipe.name: recipe for recipe in FAMILY}
