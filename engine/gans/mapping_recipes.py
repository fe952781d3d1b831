"""The recipe of the mapping toy."""

from engine.datasets import Provenance
from engine.gans.mapping_training import BendThePlane, MappingRun, batches, evaluate
from engine.training import Budget, Recipe

MAPPING = Recipe(
    name="mapping-toys",
    title="With and without a mapping network",
    family="gans",
    kind="mapping_toys",
    config={"width": 32, "judge": 64},
    dataset="toys",
    objective=BendThePlane(),
    budget=Budget(3_000, batch=256, lr=2e-3, weight_decay=0.0, warmup=100, ema=0.999, clip=10.0),
    provenance=Provenance(
        title="Two attributes, one combination missing",
        licence="none needed: points drawn from a formula (engine/gans/mapping_toy.py)",
        split="endless fresh points; the walks that are measured have a seed of their own",
    ),
    evaluate=evaluate,
    batches=batches,
    run=MappingRun,
    limits="The mapped generator was asked to keep its synthesis even; the adversarial game alone does not ask for it.",
)
