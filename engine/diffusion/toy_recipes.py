"""The recipe of the networks that know the score of every built-in toy."""

from collections.abc import Iterator

import torch
from torch import Tensor

from engine.cards import Metric
from engine.datasets import Provenance
from engine.diffusion.schedules import COSINE
from engine.diffusion.toy_model import ToyScores
from engine.diffusion.toy_training import Examination, PredictEveryToy, batches
from engine.toys import SOURCES
from engine.training import Budget, Recipe

TEST_SEED = 1


def toy_batches(recipe: Recipe, device: torch.device) -> Iterator[dict[str, Tensor]]:
    """Endless fresh points of every toy by name, (B, 2) each."""
    streams = {name: batches(source(), recipe.budget.batch, device) for name, source in SOURCES.items()}
    while True:
        yield {name: next(stream) for name, stream in streams.items()}


def evaluate(model: ToyScores, device: torch.device) -> dict[str, Metric]:
    """`mse`: by how much ε̂ misses the exact E[ε|x_t], mean over all noise levels and toys."""
    exams = {name: Examination.of(source(), COSINE, seed=TEST_SEED) for name, source in SOURCES.items()}
    errors = [exam.errors(model[name]).mean() for name, exam in exams.items()]
    samples = sum(exam.x_t[..., 0].size for exam in exams.values())
    return {"mse": Metric(float(sum(errors) / len(errors)), samples)}


TOYS = Recipe(
    name="toy-scores",
    title="Scores of 2-D toys",
    family="diffusion",
    kind="toy_scores",
    config={"toys": list(SOURCES), "width": 64, "layers": 3},
    dataset="toys",
    objective=PredictEveryToy(COSINE),
    budget=Budget(20_000, batch=512, lr=1e-2, weight_decay=0.0, warmup=200, ema=0.999),
    provenance=Provenance(
        title="2-D toys",
        licence="none needed: points drawn from formulas (engine/toys.py)",
        split="endless fresh points; the examination has a seed of its own",
    ),
    evaluate=evaluate,
    batches=toy_batches,
    limits="Far from the data, where no noised point falls, the arrows are guesses.",
)
