"""What the page /editing asks of the models. Pictures are float (B, C, H, W) in 0…1, those of scenes 64×64 in colour.

Texts with words that were never learned raise `UnknownWords`, whose message names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.conversions import noised
from engine.diffusion.samplers import finish
from engine.editing import public
from engine.editing.alignment import align
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.canvas import canvas, check_scene, first_stage, scene_canvas
from engine.editing.control import LocalBlend, Looks, PromptToPrompt, even
from engine.editing.frames import Frame, frames, light
from engine.editing.guidance import TRAINED, instructed, spoken, worded
from engine.editing.instructions import missing
from engine.editing.painting import BEGIN, noise, paint, times, unpaint
from engine.editing.public_painting import PublicFrame, edited
from engine.editing.reading import scenes_in
from engine.editing.repaint import repaint
from engine.editing.scene_judge import SceneJudge
from engine.editing.tokens import LENGTH
from engine.editing.understanding import with_namings
from engine.editing.word_unet import WordUNet
from engine.operations import operation
from engine.public_models import Fetched
from engine.scenes import Scene

MOST = 36
"""At most so many pictures are painted at once."""

TELL = "Say what to change, for example: make the red circle blue."


@dataclass(frozen=True)
class Variation:
    """A picture painted over with a strength 0…1: what it was noised to and what came of it, float16 (1, C, H, W)."""

    strength: float
    start: np.ndarray
    picture: np.ndarray


@operation()
def paint_words(
    model: WordUNet, texts: list[str], seed: int, steps: int = 25, w: float | Tensor = 3.0, alike: bool = False,
    every: int = 1,
) -> Iterator[Frame]:  # fmt: skip
    """Paint a scene from each text, with attention maps. w: the guidance, one number or (B,); `alike` begins all of
    them with the same noise."""
    _check(len(texts), steps)
    looks = Looks()
    ready = scene_canvas(model, [_said(text) for text in texts], w, looks)
    x_T = noise(seed, 1 if alike else len(texts), model.channels, model.side, model.places.device)
    run = paint(ready.eps_model, x_T.expand(len(texts), -1, -1, -1), TRAINED, times(steps))
    yield from frames(run, ready.decode, steps, every, looks)


@operation()
def rewrite(
    model: WordUNet, old: str, new: list[str], seed: int = 0, steps: int = 25, w: float = 3.0, cross: float = 0.8,
    self_: float = 0.4, weights: Tensor | None = None, blend: float = 0.0, x_T: Tensor | None = None, every: int = 1,
) -> Iterator[Frame]:  # fmt: skip
    """Prompt-to-Prompt: paint `old` and, keeping its composition, each of `new`; the first picture is the old one.

    `cross` and `self_` 0…1 say how much of the run attention is taken over; `weights` (1 + n, LENGTH) multiply the
    attention to each token; `blend` 0…1, if not 0, keeps everything where no changed naming ("a red star") is looked at
    more than that. With `x_T` (1, channels, side, side), the noise of an inverted picture, the old text is painted
    without guidance, so that the picture itself comes back.
    """
    _check(len(new), steps)
    texts, device = [_said(old), *map(_said, new)], model.places.device
    alignments = [align(old, text) for text in new]
    weights = even(len(texts), device) if weights is None else weights.float()
    if weights.shape != (len(texts), LENGTH):
        raise ValueError(f"The weights must have the shape ({len(texts)}, {LENGTH}).")
    looks = Looks(PromptToPrompt(alignments, cross, self_, weights))
    scales = torch.tensor([w if x_T is None else 1.0] + [w] * len(new), device=device)
    ready = scene_canvas(model, texts, scales, looks)
    start = noise(seed, 1, model.channels, model.side, device) if x_T is None else x_T.float()
    changed = [np.any([a.dropped for a in alignments], 0), *(a.changed for a in alignments)]
    changed = [with_namings(text, tokens) for text, tokens in zip(texts, changed, strict=True)]
    hand = LocalBlend(looks, torch.from_numpy(np.stack(changed)).to(device), blend) if blend else None
    visits = times(steps)
    run = paint(ready.eps_model, start.expand(len(texts), -1, -1, -1), TRAINED, visits, hand)
    yield from frames(run, ready.decode, steps, every, looks, lambda: hand and hand.mask)


@operation()
def follow(
    model: WordUNet, x: Tensor, instruction: str, seed: int, steps: int = 25, w: float | Tensor = 3.0,
    w_picture: float | Tensor = 1.5, every: int = 1,
) -> Iterator[Frame]:  # fmt: skip
    """Do what an instruction says to a scene x (1, 3, 64, 64): InstructPix2Pix, both guidance scales.

    Scales may be (B,) both, for B pictures that all begin with the same noise.
    """
    scales = [torch.as_tensor(s, dtype=torch.float32, device=x.device).reshape(-1) for s in (w, w_picture)]
    n = max(map(len, scales))
    _check(n, steps)
    autoencoder, looks = first_stage(model), Looks()
    source = autoencoder.encode(check_scene(x)).expand(n, -1, -1, -1)
    text = spoken(model, [_said(instruction, TELL)]).repeated(n)
    eps_model = instructed(model, text, source, *(scale.expand(n) for scale in scales), looks)
    x_T = noise(seed, 1, model.channels, model.side, x.device).expand(n, -1, -1, -1)
    run = paint(eps_model, x_T, TRAINED, times(steps))
    yield from frames(run, autoencoder.decode, steps, every, looks)


@operation()
def vary(
    device: torch.device, model: str, x: Tensor, said: str | int, strengths: list[float], seed: int, steps: int = 25,
    w: float = 3.0,
) -> Iterator[Variation]:  # fmt: skip
    """SDEdit (Meng et al. 2022): noise x (1, C, H, W) as far as a strength 0…1 says, and paint from there; one after
    the other with the same noise. `said` is a text, or a class of a model on pixels."""
    ready = canvas(model, device, [said], x.shape[-1], w)
    x_0 = ready.encode(x.float())
    eps = noise(seed, 1, *x_0.shape[1:3], device)
    for strength in strengths:
        start = min(BEGIN, round(strength * TRAINED.steps))
        if start < 1:
            untouched = ready.decode(x_0)
            yield Variation(strength, light(untouched), light(untouched))
            continue
        x_t = noised(x_0, eps, float(TRAINED.alpha_bar[start]))
        visits = times(max(1, round(steps * strength)), start)
        x = finish(paint(ready.eps_model, x_t, TRAINED, visits, limit=ready.limit)).x_t
        yield Variation(strength, light(ready.decode(x_t)), light(ready.decode(x)))


@operation()
def fill_in(
    device: torch.device, model: str, x: Tensor, keep: Tensor, said: str | int, n: int, seed: int, steps: int = 25,
    rounds: int = 4, w: float = 3.0, every: int = 1,
) -> Iterator[Frame]:  # fmt: skip
    """Fill the hole in x (1, C, H, W), where `keep` bool (1, 1, H, W) is false, in n ways: RePaint.

    What is kept is the same to the last bit. Raises ValueError for a mask without a hole.
    """
    _check(n, steps)
    if keep.bool().all():
        raise ValueError("Nothing is marked: brush over what should be painted anew.")
    x, keep = x.float(), keep.bool()
    ready = canvas(model, device, [said] * n, x.shape[-1], w)
    known, generator = ready.encode(x), torch.Generator(device).manual_seed(seed)
    x_T = noise(seed, n, *known.shape[1:3], device)
    visits = times(steps)
    run = repaint(ready.eps_model, x_T, known, ready.kept(keep), TRAINED, visits, generator, rounds, limit=ready.limit)
    yield from frames(run, lambda z: torch.where(keep, x, ready.decode(z)), steps, every)


@operation(apart=True)
def public_means(device: torch.device, source: str) -> Iterator[public.Means]:
    """One record: what there is on this machine for a large model that others published."""
    yield public.means(source, device)


@operation(apart=True)
def fetch_public(device: torch.device, source: str) -> Iterator[Fetched]:
    """Bring a large model from the hub to this machine, reporting on the way. Raises `NoPublicModel`."""
    yield from public.fetch(source)


@operation()
def edit_public(
    device: torch.device, source: str, photo: Tensor, text: str, seed: int, hole: Tensor | None = None, steps: int = 20,
    w: float = 7.5, w_picture: float = 1.5, side: int = 512, every: int = 1,
) -> Iterator[PublicFrame]:  # fmt: skip
    """Edit a photo uint8 (H, W, 3) with a pipeline in a folder or fetched from the hub: do what `text` says, or paint
    it into the hole, bool (H, W). Raises `NoPublicModel`, `ValueError`, `FloatingPointError`."""
    yield from edited(public.load(source, device), photo, text, hole, seed, steps, w, w_picture, side, every)


@operation()
def invert_scene(model: WordUNet, x: Tensor, text: str, steps: int = 25, rounds: int = 3) -> Tensor:
    """The noise (1, channels, side, side) from which a text would paint a scene x (1, 3, 64, 64): DDIM inversion."""
    eps_model = worded(model, spoken(model, [text]))
    x_0 = first_stage(model).encode(check_scene(x))
    return finish(unpaint(eps_model, x_0, TRAINED, times(steps), rounds)).x_t


@operation()
def encode(model: SceneAutoencoder, x: Tensor) -> Tensor:
    """The code (B, 4, 16, 16) of scenes."""
    return model.encode(check_scene(x))


@operation()
def decode(model: SceneAutoencoder, z: Tensor) -> Tensor:
    """Scenes (B, 3, 64, 64) of codes."""
    return model.decode(z.float())


@operation()
def read(model: SceneJudge, x: Tensor) -> list[Scene]:
    """The scene that the judge reads in each picture."""
    return scenes_in(check_scene(x), model)


@operation()
def what_is_missing(model: SceneJudge, x: Tensor, instruction: str) -> str:
    """A sentence about a thing that an instruction names and a scene x (1, 3, 64, 64) does not have, or ""."""
    return missing(_said(instruction, TELL), scenes_in(check_scene(x), model)[0]) or ""


def _said(text: str, wanted: str = "Say what to paint, for example: a red circle left of a blue square.") -> str:
    if not text.strip():
        raise ValueError(wanted)
    return text


def _check(pictures: int, steps: int) -> None:
    if not (1 <= pictures <= MOST and 1 <= steps <= BEGIN):
        raise ValueError(f"Paint 1…{MOST} pictures at once, in 1…{BEGIN} steps.")
