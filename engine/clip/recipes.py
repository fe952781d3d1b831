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
        limits="Learned from 7,091 photos of Flickr, mostly dogs, children and sport, at 96×96: it finds scenes, "
        "surfaces and colours better than small things, and hardly counts. The first answer is right 6 times in 100. "
        "Zero-shot accuracy is on CIFAR-10's airplane, automobile, horse and ship (chance: 0.25), of which that set's "
        "pictures were never shown; 206 captions say horse, 17 airplane, 15 ship and one automobile.",
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
        limits="Knows drawn scenes and the words for them, nothing else. Colours and numbers come first: which of two "
        "things is left of the other is hardly better than a guess, see the right_against figures (chance: 0.5). "
        "Recall counts every sentence that holds of a scene. Zero-shot accuracy is on eight combinations of a colour "
        "and a shape that training never shows, among all 64 (chance: 0.016).",
    ),
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
