"""Every autoencoder that Manifold ships, as a recipe."""

from engine.autoencoders.code_batches import code_batches
from engine.autoencoders.evaluation import (
    AutoencoderEvaluation,
    LinearEvaluation,
    PriorEvaluation,
    VaeEvaluation,
    VqEvaluation,
)
from engine.autoencoders.objectives import Denoise, NegativeElbo, NextCode, Quantize, Reconstruct, Sparse, Unmask
from engine.cards import Reference
from engine.training import Budget, Objective, Recipe, Refinement

CODE = 32
TITLES = {"mnist": "MNIST", "fashion": "Fashion-MNIST"}
GREY = "Small grey pictures, 28×28, centred as in the data set; other pictures come out as the nearest thing it knows."
S_VAE = "Davidson et al. 2018, Hyperspherical VAEs, Table 1 (N-VAE)"
PUBLISHED_NEG_ELBO = {2: 137.08, 5: 112.98, 10: 98.43, 20: 94.78}

REFINEMENT = Refinement(
    NegativeElbo(warmup=0.0, warped=1 / 3), Budget(100_000, lr=1e-3, weight_decay=0.1, ema=0.9995, clip=200.0)
)


def autoencoder(variant: str, data: str, objective: Objective, kind: str, config: dict, steps: int) -> Recipe:
    """An autoencoder with a code of 32 numbers."""
    evaluation = LinearEvaluation(data) if kind == "linear" else AutoencoderEvaluation(data)
    return Recipe(
        name=f"ae-{variant}-{data}",
        title=f"{variant.capitalize()} autoencoder, {TITLES[data]}",
        family="autoencoders",
        kind=kind,
        config={"code": CODE} | config,
        dataset=data,
        objective=objective,
        budget=Budget(steps, lr=2e-3, weight_decay=0.0 if kind == "linear" else 0.01),
        evaluate=evaluation,
        derive=evaluation.derive,
        limits=GREY,
    )


def vae(data: str, d: int, width: int, blocks: int, steps: int, beta: float = 1.0) -> Recipe:
    """A VAE with `d` latent dimensions; `beta` weighs the KL."""
    published = data == "mnist" and beta == 1.0
    evaluation = VaeEvaluation(data, refined=published)
    return Recipe(
        name=f"vae{d}-{data}" + (f"-beta{beta:g}" if beta != 1.0 else ""),
        title=f"VAE, d = {d}, {TITLES.get(data, 'Quick, Draw!')}" + (f", β = {beta:g}" if beta != 1.0 else ""),
        family="autoencoders",
        kind="vae",
        config={"d": d, "width": width, "blocks": blocks},
        dataset=data,
        objective=NegativeElbo(beta),
        budget=Budget(steps, lr=2e-3, weight_decay=0.1, clip=200.0),
        evaluate=evaluation,
        derive=evaluation.derive,
        published=(Reference("neg_elbo", PUBLISHED_NEG_ELBO[d], S_VAE),) if published else (),
        refinement=REFINEMENT if published else None,
        limits="Bernoulli likelihood on dynamically binarised pictures. " + GREY,
    )


def vqvae(data: str) -> Recipe:
    """A VQ-VAE with 7×7 codes out of 128."""
    evaluation = VqEvaluation(data)
    return Recipe(
        name=f"vqvae-{data}",
        title=f"VQ-VAE, 7×7 codes, {TITLES[data]}",
        family="autoencoders",
        kind="vqvae",
        config={"codes": 128, "depth": 16, "channels": 24},
        dataset=data,
        objective=Quantize(),
        budget=Budget(20_000, lr=1e-3),
        evaluate=evaluation,
        derive=evaluation.derive,
        limits=GREY,
    )


def code_prior(data: str) -> Recipe:
    """A class-conditional causal transformer over the codes of the VQ-VAE on the same data."""
    return Recipe(
        name=f"prior-{data}",
        title=f"Prior over VQ-VAE codes, {TITLES[data]}",
        family="autoencoders",
        kind="prior",
        config={"codes": 128, "classes": 10, "width": 96, "layers": 3},
        dataset=data,
        objective=NextCode(),
        budget=Budget(20_000, batch=128, lr=1e-3, weight_decay=0.05),
        evaluate=PriorEvaluation(data, f"vqvae-{data}"),
        batches=code_batches,
        limits="Samples digits or garments of a chosen class, code by code; long-range slips show as broken strokes.",
    )


SMALL = {"channels": 12}
FAMILY = [
    recipe
    for data in ("mnist", "fashion")
    for recipe in (
        autoencoder("linear", data, Reconstruct(), "linear", {}, 10_000),
        autoencoder("deep", data, Reconstruct(), "deep", {"width": 128}, 20_000),
        autoencoder("convolutional", data, Reconstruct(), "convolutional", SMALL, 20_000),
        autoencoder("denoising", data, Denoise(0.7), "convolutional", SMALL, 20_000),
        autoencoder("sparse", data, Sparse(1e-3), "convolutional", SMALL | {"rectified": True}, 20_000),
        autoencoder("masked", data, Unmask(0.75), "convolutional", SMALL, 20_000),
        vqvae(data),
        code_prior(data),
    )
]
FAMILY += [vae("mnist", d, width=256, blocks=3, steps=200_000) for d in (2, 5, 10, 20)]
FAMILY += [vae("fashion", d, width=160, blocks=2, steps=60_000) for d in (2, 5, 10, 20)]
FAMILY += [vae("mnist", 2, width=128, blocks=2, steps=20_000, beta=beta) for beta in (0.0, 0.1, 10.0, 100.0)]
FAMILY += [vae("quickdraw", 32, width=224, blocks=2, steps=60_000)]

RECIPES = {recipe.name: recipe for recipe in FAMILY}
