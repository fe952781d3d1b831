"""Every editing model that Manifold ships, as a recipe."""

from engine.datasets import Provenance
from engine.editing.evaluation import AutoencoderEvaluation, JudgeEvaluation
from engine.editing.objectives import ReadScene, Reconstruct
from engine.editing.reading import JUDGE
from engine.editing.scene_batches import judged_batches, picture_batches
from engine.training import Budget, Recipe

AUTOENCODER = "scene-autoencoder"
SCENES = Provenance("Synthetic scenes", "our own, free", "an endless row for training, another one for measuring")

FAMILY = [
    Recipe(
        name=JUDGE,
        title="Judge, scenes",
        family="editing",
        kind="scene_judge",
        config={"widths": [32, 64, 96]},
        dataset="scenes",
        objective=ReadScene(),
        budget=Budget(12_000, batch=32, lr=3e-3, weight_decay=0.02),
        evaluate=JudgeEvaluation(),
        batches=judged_batches,
        provenance=SCENES,
        limits="Reads our own scenes and pictures much like them; it finds a scene in anything.",
    ),
    Recipe(
        name=AUTOENCODER,
        title="Autoencoder, scenes",
        family="editing",
        kind="scene_autoencoder",
        config={"channels": 4, "width": 64, "fine": 32},
        dataset="scenes",
        objective=Reconstruct(),
        budget=Budget(12_000, batch=16, lr=2e-3, weight_decay=0.0),
        evaluate=AutoencoderEvaluation(JUDGE),
        batches=picture_batches,
        provenance=SCENES,
        limits="Knows flat colours and the textures of scenes; photographs come out as posters.",
    ),
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
