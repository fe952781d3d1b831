"""Every adversarial model that Manifold ships, as a recipe."""

from dataclasses import replace

from engine.gans.adversarial import AdversarialRun
from engine.gans.evaluation import PictureEvaluation
from engine.gans.mapping_recipes import MAPPING
from engine.gans.objectives import Adversarial
from engine.gans.stacked import PUBLISHED, StackedEvaluation, stacked_batches
from engine.training import Budget, Recipe, labelled_batches

SIZE = {"latent": 32, "channels": 1, "width": 32}
"""The same two networks for every method."""
BUDGET = Budget(steps=20_000, batch=64, lr=8e-4, weight_decay=0.0, warmup=100, ema=0.998, clip=10.0)
SETTLED = Adversarial("non_saturating", r1=0.03, haste=2.0)
RELATIVISTIC = Adversarial("relativistic", r1=0.03, r2=0.03, haste=2.0)
AHEAD = 4
HELVETICA = Adversarial("minimax", strides=AHEAD)
"""A generator that runs ahead of its discriminator, four steps for one, puts every z to the same x: "the Helvetica
scenario" (Goodfellow et al. 2014, section 3)."""
LIMITS = "Now and then two pictures melt into one."
TITLES = {"mnist": "MNIST", "fashion": "Fashion-MNIST"}
SNAPSHOTS = {"mnist": 8, "fashion": 6}


def adversarial(
    name: str, title: str, data: str, objective: Adversarial, evaluation: PictureEvaluation | StackedEvaluation,
    limits: str = LIMITS, **changes,
) -> Recipe:  # fmt: skip
    """A GAN of 28×28 pictures; `changes` to the recipe say what is special."""
    return Recipe(
        **{
            "name": name,
            "title": title,
            "family": "gans",
            "kind": "dcgan",
            "config": SIZE,
            "dataset": data,
            "objective": objective,
            "budget": BUDGET,
            "evaluate": evaluation,
            "derive": evaluation.derive,
            "batches": labelled_batches,
            "limits": limits,
            "run": AdversarialRun,
        }
        | changes
    )


def of_pictures(data: str) -> list[Recipe]:
    """Every method on one data set."""

    def gan(method: str, title: str, objective: Adversarial, limits: str = LIMITS, **changes) -> Recipe:
        return adversarial(
            f"gan-{method}-{data}", f"{title}, {TITLES[data]}", data, objective, PictureEvaluation(data), limits,
            **changes,
        )  # fmt: skip

    return [
        gan(
            "vanilla", "Minimax GAN that collapses", HELVETICA,
            "Made to collapse: its generator takes four steps for one of the discriminator.",
            config=SIZE | {"snapshots": SNAPSHOTS[data]}, budget=replace(BUDGET, steps=1_200, ema=0.0),
        ),
        gan("ns", "Non-saturating GAN with R1", SETTLED),
        gan("wgan-gp", "WGAN-GP", Adversarial("wasserstein", gp=10.0, haste=2.0), "Its verdicts are no probabilities."),
        gan("r3", "R3GAN: relativistic with R1 and R2", RELATIVISTIC, "A verdict means nothing but beside another."),
        gan("conditional", "Conditional GAN", SETTLED, config=SIZE | {"classes": 10}),
        gan("style", "Style-based GAN", SETTLED, kind="style"),
    ]  # fmt: skip


def of_stacks() -> list[Recipe]:
    """Stacked MNIST in a setting that collapses without a cure: the generator runs ahead."""

    def gan(method: str, title: str, objective: Adversarial, **config) -> Recipe:
        return adversarial(
            f"gan-stacked-{method}", f"{title}, Stacked MNIST", "mnist", objective, StackedEvaluation(),
            config=SIZE | {"channels": 3} | config, batches=stacked_batches, published=PUBLISHED,
        )  # fmt: skip

    return [
        gan("vanilla", "GAN without a cure", Adversarial("non_saturating", strides=AHEAD)),
        gan("pac2", "PacGAN of two", Adversarial("non_saturating", strides=AHEAD), pack=2),
        gan("wgan-gp", "WGAN-GP", Adversarial("wasserstein", gp=10.0, haste=2.0, strides=AHEAD)),
        gan("r3", "R3GAN", Adversarial("relativistic", r1=0.03, r2=0.03, strides=AHEAD)),
    ]


FAMILY = [recipe for data in TITLES for recipe in of_pictures(data)] + of_stacks()
RECIPES = {recipe.name: recipe for recipe in [*FAMILY, MAPPING]}
