"""The CLIP models that Manifold ships, as recipes."""

from engine.cards import Reference
from engine.clip import data
from engine.clip.batches import PhotoBatches
from engine.clip.evaluation import PhotoEvaluation
from engine.clip.objectives import Contrast
from engine.clip.scene_batches import SceneBatches
from engine.clip.scene_evaluation import SceneEvaluation
from engine.datasets import Provenance
from engine.training import Budget, Recipe

PUBLISHED = (
    Reference("recall_at_10_text_to_image", 0.447, "DVSA, Karpathy & Fei-Fei 2015, with ImageNet features"),
    Reference("recall_at_10_image_to_text", 0.54, "DVSA, Karpathy & Fei-Fei 2015, with ImageNet features"),
)
PHOTO_EVALUATION, SCENE_EVALUATION = PhotoEvaluation(), SceneEvaluation()

FAMILY = [
    Recipe(
        name="clip-flickr8k",
        title="CLIP, photos of dogs, children and sport",
        family="clip",
        kind="clip",
        config={
            "side": 96,
            "d": 192,
            "tokenizer": "flickr8k",
            "pictures": {"widths": [48, 96, 160], "blocks": [2, 2, 2], "drop": 0.05},
            "texts": {"context": 32, "width": 128, "layers": 2, "heads": 4},
        },
        dataset="flickr8k",
        objective=Contrast(),
        budget=Budget(20_000, batch=128, lr=2e-3, weight_decay=0.05, warmup=200, ema=0.998),
        evaluate=PHOTO_EVALUATION,
        batches=PhotoBatches(),
        derive=PHOTO_EVALUATION.derive,
        provenance=data.FLICKR8K,
        published=PUBLISHED,
        limits="",
    ),
    Recipe(
        name="clip-scenes",
        title="CLIP, drawn scenes",
        family="clip",
        kind="clip",
        config={
            "side": 64,
            "d": 128,
            "tokenizer": "scenes",
            "pictures": {"widths": [32, 96], "blocks": [1, 1], "layers": 1, "located": True},
            "texts": {"context": 48, "width": 96, "layers": 2, "heads": 3},
        },
        dataset="scenes",
        objective=Contrast(),
        budget=Budget(20_000, batch=128, lr=2e-3, weight_decay=0.02, warmup=200, ema=0.998),
        evaluate=SCENE_EVALUATION,
        batches=SceneBatches(),
        derive=SCENE_EVALUATION.derive,
        provenance=Provenance(
            "our own drawn scenes",
            "none needed: drawn by engine.scenes",
            "by seed; eight combinations of a colour and a shape are never trained on",
        ),
        limits="",
    ),
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
