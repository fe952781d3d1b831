"""Train a recipe: `python -m engine.train NAME [--steps N] [--publish]`, or `--list` to see what is under-trained.

`--refine` goes on from the published weights with the recipe's second stage, where it has one.

A run writes to `runs/NAME`, can be stopped at any time, and resumes to the same numbers.
"""

import argparse
import platform
import signal
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import torch

from engine import cards, checkpoints, datasets
from engine.cards import Card, CheckpointError
from engine.devices import best_device, describe, limit_threads
from engine.operations import FAMILIES
from engine.training import Budget, Recipe, Refinement, Run, picture_batches

RUNS = Path("runs")


def recipes() -> dict[str, Recipe]:
    """Every recipe of every family by name."""
    return {name: r for family in FAMILIES for name, r in import_module(f"engine.{family}.recipes").RECIPES.items()}


def stage(recipe: Recipe, refine: bool) -> Recipe | Refinement:
    """What holds objective and budget: the recipe, or its second stage. Raises `CheckpointError` without one."""
    if refine and recipe.refinement is None:
        raise CheckpointError(f"The recipe '{recipe.name}' has no second stage: leave out --refine.")
    return recipe.refinement if refine else recipe


def state_file(recipe: Recipe, refine: bool) -> Path:
    """Where a run keeps its state; the second stage has a folder of its own."""
    return RUNS / (recipe.name + "-refined" * refine) / "state.safetensors"


def start(recipe: Recipe, budget: Budget, device: torch.device, refine: bool = False) -> Run:
    """A run from the recipe's seed or, to refine, from the published weights; or where `runs/` left off."""
    torch.manual_seed(recipe.seed)
    if refine:
        model = checkpoints.load(recipe.name, device).train().requires_grad_(True)
    else:
        model = checkpoints.build(recipe.family, recipe.kind, recipe.config)
    run = (recipe.run or Run)(model, stage(recipe, refine).objective, budget, device)
    saved = state_file(recipe, refine)
    if saved.exists():
        run.resume(saved)
    return run


def train(recipe: Recipe, budget: Budget, device: torch.device, save_every: int = 5000, refine: bool = False) -> Run:
    """Train to the end of the budget, printing progress and saving the state on the way and when stopped."""
    run, state = start(recipe, budget, device, refine), state_file(recipe, refine)
    batches = (recipe.batches or picture_batches)(replace(recipe, budget=budget), device)
    try:
        for progress in run.stream(batches, every=1000):
            numbers = "  ".join(f"{name} {value:.4f}" for name, value in progress.losses.items())
            print(f"{recipe.name}  {progress.step}/{progress.steps}  {progress.seconds:.0f} s  {numbers}", flush=True)
            if progress.step % save_every == 0:
                run.save(state)
    finally:
        run.save(state)
    return run


@torch.no_grad()
def publish(recipe: Recipe, run: Run, refine: bool = False) -> Card:
    """Measure the averaged weights as they will be stored and write them with their card to `pretrained/NAME`.

    The card of a refined model adds the second stage's steps and minutes to those of the first.
    """
    folder = cards.PRETRAINED / recipe.name
    first = cards.read(recipe.name) if refine else None
    digest = checkpoints.save_weights(run.ema, folder)
    data = recipe.provenance or datasets.load(recipe.dataset)
    card = Card(
        name=recipe.name,
        title=recipe.title,
        family=recipe.family,
        kind=recipe.kind,
        config=recipe.config,
        parameters=checkpoints.parameters(run.ema),
        dataset=data.title,
        licence=data.licence,
        split=data.split,
        objective=f"{first.objective}, then {run.objective}" if first else repr(run.objective),
        seed=recipe.seed,
        device=f"{describe(run.device)}, torch {torch.__version__.split('+')[0]}, {platform.system()}",
        minutes=round(run.seconds / 60 + (first.minutes if first else 0), 2),
        steps_done=run.step + (first.steps_done if first else 0),
        steps_full=stage(recipe, refine).budget.steps + (first.steps_full if first else 0),
        sha256=digest,
        published=recipe.published,
        limits=recipe.limits,
    )
    card.save(folder)
    stored = checkpoints.load(recipe.name, run.device)
    checkpoints.save_derived(recipe.derive(stored, run.device) if recipe.derive else {}, folder)
    card = Card(**{**card.__dict__, "metrics": recipe.evaluate(stored, run.device)})
    card.save(folder)
    return card


def listing() -> str:
    """One line a recipe: steps done of the full budget."""
    return "\n".join(f"{name:<28}{_done(name):>9,} / {r.budget.steps:,}" for name, r in recipes().items())


def _done(name: str) -> int:
    try:
        return cards.read(name).steps_done
    except CheckpointError:
        return 0


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m engine.train", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="one or more recipes")
    parser.add_argument("--list", action="store_true", help="show every recipe with done / full steps")
    parser.add_argument("--steps", type=int, help="a shorter or longer budget; the schedule ends there")
    parser.add_argument("--refine", action="store_true", help="the second stage, from the published weights on")
    parser.add_argument("--publish", action="store_true", help="move the result into pretrained/ with its card")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    options = parser.parse_args(arguments)
    if options.list or not options.names:
        print(listing())
        return
    for stop in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it runs in the background ignore Ctrl-C
        signal.signal(stop, signal.default_int_handler)
    limit_threads(options.threads)
    known, device = recipes(), best_device()
    for name in options.names:
        if name not in known:
            sys.exit(f"There is no recipe '{name}'. `python -m engine.train --list` shows all.")
        recipe = known[name]
        try:
            wanted = stage(recipe, options.refine).budget
            budget = Budget(**{**wanted.__dict__, "steps": options.steps or wanted.steps})
            run = train(recipe, budget, device, refine=options.refine)
        except (datasets.MissingData, CheckpointError) as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            sys.exit(f"Stopped; `make train NAME={name}` goes on from here.")
        if options.publish:
            print(publish(recipe, run, options.refine).metrics)


if __name__ == "__main__":
    main()
