"""Every editing model that Manifold ships, as a recipe."""

from engine.datasets import Provenance
from engine.diffusion.schedules import COSINE
from engine.editing.evaluation import AutoencoderEvaluation, EditorEvaluation, JudgeEvaluation, PainterEvaluation
from engine.editing.lessons import editing_lessons, painting_lessons
from engine.editing.objectives import PaintWords, ReadScene, Reconstruct
from engine.editing.reading import JUDGE
from engine.editing.scene_batches import judged_batches, picture_batches
from engine.editing.warm_start import PAINTER, FromPainter
from engine.training import Budget, Recipe

AUTOENCODER = "scene-autoencoder"
U_NET = {"channels": 4, "side": 16, "width": 112, "text": 96, "autoencoder": AUTOENCODER}
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
    Recipe(
        name=PAINTER,
        title="Words to scenes",
        family="editing",
        kind="word_unet",
        config=U_NET | {"edits": False},
        dataset="scenes",
        objective=PaintWords(COSINE),
        budget=Budget(200_000, batch=32, lr=1e-3, weight_decay=0.01, warmup=500),
        evaluate=PainterEvaluation(),
        batches=painting_lessons,
        provenance=SCENES,
        limits="One or two things, seldom with a texture; small things lose their shape most often.",
    ),
    Recipe(
        name="instruct-scenes",
        title="Instructions for scenes",
        family="editing",
        kind="word_unet",
        config=U_NET | {"edits": True},
        dataset="scenes",
        objective=PaintWords(COSINE),
        budget=Budget(100_000, batch=32, lr=1e-3, weight_decay=0.01, warmup=500),
        evaluate=EditorEvaluation(),
        batches=editing_lessons,
        provenance=SCENES,
        run=FromPainter,
        limits="One change at a time, named by colour and shape.",
    ),
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
