"""How words and a picture steer the noise: classifier-free guidance, with one scale or two; an `EpsModel` each."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from engine.devices import mixed_precision
from engine.diffusion.conversions import eps_from_v
from engine.diffusion.samplers import EpsModel
from engine.diffusion.schedules import COSINE
from engine.editing.attention import Text
from engine.editing.tokens import encode_all
from engine.editing.word_unet import WordUNet

TRAINED = COSINE
"""The schedule that the models were trained with."""

TimedWatch = Callable[[int, str, str, Tensor], Tensor]
"""(t, layer, "self" or "cross", weights (B, heads, places, places or words)) → the weights to go on with."""


def spoken(model: WordUNet, texts: list[str]) -> Text:
    """Texts as the network wants them. Raises `UnknownWords`."""
    return model.read(torch.from_numpy(encode_all(texts)).to(model.places.device))


def unspoken(model: WordUNet, n: int) -> Text:
    """Nothing said, n times."""
    return spoken(model, [""]).repeated(n)


def worded(model: WordUNet, text: Text, w: float | Tensor = 1.0, watch: TimedWatch | None = None) -> EpsModel:
    """ε̃ = ε(x, ∅) + w (ε(x, text) − ε(x, ∅)) (Ho & Salimans 2022, equation 6 with 1 + their w).

    w: a number, or one a picture (B,); w = 1 is the conditional model. `watch` sees the half of the batch that has the
    words.
    """
    if not torch.is_tensor(w) and w == 1:
        return lambda x, t: _eps(model, x, t, text, watch=watch)
    both, weight = Text.joined(unspoken(model, len(text.said)), text), _per_picture(w)

    def eps(x: Tensor, t: int) -> Tensor:
        without, with_words = _eps(model, torch.cat([x, x]), t, both, watch=watch and last_of(2, watch)).chunk(2)
        return without + weight * (with_words - without)

    return eps


def instructed(
    model: WordUNet, text: Text, source: Tensor, w: float | Tensor, w_picture: float | Tensor,
    watch: TimedWatch | None = None,
) -> EpsModel:  # fmt: skip
    """ε̃ = ε(∅, ∅) + w_picture (ε(source, ∅) − ε(∅, ∅)) + w (ε(source, text) − ε(source, ∅)), equation 3 of
    InstructPix2Pix (Brooks et al. 2023)."""
    nothing, nowhere = unspoken(model, len(source)), torch.zeros_like(source)
    texts, sources = Text.joined(nothing, nothing, text), torch.cat([nowhere, source, source])
    w, w_picture = _per_picture(w), _per_picture(w_picture)

    def eps(x: Tensor, t: int) -> Tensor:
        thrice = _eps(model, torch.cat([x, x, x]), t, texts, sources, watch and last_of(3, watch))
        free, seen, told = thrice.chunk(3)
        return free + w_picture * (seen - free) + w * (told - seen)

    return eps


def last_of(parts: int, watch: TimedWatch) -> TimedWatch:
    """Let `watch` see, and change, the last of so many equal parts of a batch."""

    def see(t: int, layer: str, kind: str, weights: Tensor) -> Tensor:
        kept = len(weights) - len(weights) // parts
        return torch.cat([weights[:kept], watch(t, layer, kind, weights[kept:])])

    return see


def _eps(
    model: WordUNet, x: Tensor, t: int, text: Text, source: Tensor | None = None, watch: TimedWatch | None = None
) -> Tensor:
    times = torch.full((len(x),), float(t), device=x.device)
    with mixed_precision(x.device, len(x)):
        v = model(x, times, text, source, watch and partial(watch, t)).float()
    return eps_from_v(x, v, float(TRAINED.alpha_bar[t]))


def _per_picture(w: float | Tensor) -> float | Tensor:
    return w.view(-1, 1, 1, 1) if torch.is_tensor(w) else w
