"""What pages ask of generators and discriminators of pictures. Pictures are (B, C, 28, 28) in 0…1."""

from torch import Tensor

from engine.gans.mapping_networks import MappingToys
from engine.gans.networks import GAN
from engine.gans.style_networks import StyleGenerator
from engine.operations import operation


@operation(batched=True)
def generate(model: GAN, z: Tensor, y: Tensor | None = None) -> Tensor:
    """Pictures of noises z (B, latent), for a conditional model of classes y (B,). Raises `ValueError`."""
    check(model, z, y)
    return model.generator(z.float(), y)


@operation(batched=True)
def discriminate(model: GAN, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
    """The `logit` D(x) of each picture, and the `probability` σ(D(x)) that it is real; both (B,).

    A packed discriminator sees each picture m times over. Raises `ValueError`.
    """
    check_classes(model, x, y)
    logit = model.discriminator(x.float().repeat_interleave(model.discriminator.pack, 0), y)
    return {"logit": logit, "probability": logit.sigmoid()}


@operation()
def generate_at(model: GAN, z: Tensor, snapshot: int) -> Tensor:
    """What the generator made of noises z (B, latent) at a moment of its training. Raises `ValueError`."""
    kept = len(model.snapshot_steps)
    if not kept:
        raise ValueError("No snapshots were kept of this model's training.")
    if not 0 <= snapshot < kept:
        raise ValueError(f"The snapshot must lie in 0…{kept - 1}.")
    check(model, z)
    return model.generate_at(snapshot, z.float())


def check(model: GAN, z: Tensor, y: Tensor | None = None) -> None:
    """Raise `ValueError` with a sentence for noise of another width, or classes that do not fit."""
    if z.ndim != 2 or z.shape[1] != model.generator.latent:
        raise ValueError(f"The noise must have the shape (B, {model.generator.latent}).")
    check_classes(model, z, y)


def check_classes(model: GAN, x: Tensor, y: Tensor | None) -> None:
    """Raise `ValueError` unless there is a class for each of x (B, …), where the model wants classes."""
    classes = model.generator.classes
    if classes and (y is None or len(y) != len(x) or not ((y >= 0) & (y < classes)).all()):
        raise ValueError(f"Each picture needs a class in 0…{classes - 1}.")


@operation(batched=True)
def map_to_w(model: GAN, z: Tensor) -> Tensor:
    """Styles w (B, style) of noises z (B, latent). Raises `ValueError`."""
    check(model, z)
    return styled(model).mapping(z.float())


@operation()
def mean_style(model: GAN) -> Tensor:
    """w̄ (style,), the mean style of the training. Raises `ValueError`."""
    return styled(model).mapping.mean


@operation(batched=True)
def synthesise(model: GAN, w: Tensor, seed: int = 0) -> Tensor:
    """Pictures of styles w (B, layers, style), a style for each layer from coarse to fine, and noise of a seed.

    Raises `ValueError`.
    """
    generator = styled(model)
    if w.shape[1:] != (len(generator.layers), generator.style):
        raise ValueError(f"The styles must have the shape (B, {len(generator.layers)}, {generator.style}).")
    return generator.synthesise(w.float(), seed)


@operation(batched=True)
def warp(model: MappingToys, z: Tensor) -> dict[str, Tensor]:
    """Where points z (B, 2) go: `w` = f(z), `mapped` = g(w), and `direct` without a mapping network; all (B, 2)."""
    z, direct, mapped = z.float(), model.generator["direct"], model.generator["mapped"]
    w = mapped.mapping(z)
    return {"w": w, "mapped": mapped.synthesis(w), "direct": direct(z)}


@operation(batched=True)
def paint_plane(model: MappingToys, w: Tensor) -> Tensor:
    """g(w), the data (B, 2) of styles w (B, 2) of the mapping toy, whether or not any z leads to them."""
    return model.generator["mapped"].synthesis(w.float())


def styled(model: GAN) -> StyleGenerator:
    """The generator of a style-based model. Raises `ValueError` for any other."""
    if not isinstance(model.generator, StyleGenerator):
        raise ValueError("This model has no styles: its noise goes straight into the generator.")
    return model.generator
