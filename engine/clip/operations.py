"""What pages and the library ask of a model. A picture travels as uint8 (S, S, 3), squeezed to the card's `side`."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.clip import layout as layout
from engine.clip import public
from engine.clip.losses import info_nce
from engine.clip.networks import Clip
from engine.clip.relevance import WAYS
from engine.operations import operation
from engine.public_models import Fetched

MOST_TEXTS = 256
AT_ONCE = 64
"""So many pictures go through the tower at a time, however many come."""


@operation(batched=True)
def embed_pictures(model: Clip, pictures: Tensor) -> Tensor:
    """Pictures uint8 (B, S, S, 3) → unit vectors float32 (B, D). Raises `ValueError`."""
    return torch.cat([model.pictures(part) for part in to_inputs(model, pictures).split(AT_ONCE)])


@operation()
def embed_texts(model: Clip, texts: Sequence[str]) -> dict[str, Any]:
    """`embeddings`: unit vectors float32 (B, D) of up to 256 texts; `tokens`: the pieces each is read as; `cut`:
    whether its end was left out because it is too long. Raises `ValueError`."""
    tokens = model.tokenizer(checked(texts))
    embeddings = model.texts(tokens.numbers.to(model.log_scale.device))
    return {"embeddings": embeddings, "tokens": tokens.pieces, "cut": tokens.cut}


@operation()
def pairs(model: Clip, pictures: Tensor, texts: Sequence[str]) -> dict[str, Tensor]:
    """A contrastive batch of N pictures and their N texts: `similarities` (N, N), a row a picture; `logit_scale`; the
    `loss` and its two parts, `loss_pictures` (each picture chooses a text) and `loss_texts`. Raises `ValueError`."""
    if len(pictures) != len(texts):
        raise ValueError("Pairs are as many pictures as texts.")
    similarities = embed_pictures(model, pictures) @ embed_texts(model, texts)["embeddings"].T
    rows, columns = info_nce(similarities, model.logit_scale())
    return {
        "similarities": similarities,
        "logit_scale": model.logit_scale(),
        "loss": (rows + columns) / 2,
        "loss_pictures": rows,
        "loss_texts": columns,
    }


@operation()
def relevance(model: Clip, picture: Tensor, text: str, how: str = "occlusion") -> Tensor:
    """Where a picture uint8 (S, S, 3) has to do with a text, float32 (h, w), positive where it speaks for it.

    `how` is "occlusion": by how much the similarity falls when a patch is grey; or "places": what each place of the
    last feature map adds to the similarity, an exact sum. Raises `ValueError`.
    """
    if how not in WAYS:
        raise ValueError(f"Relevance is measured by {' or '.join(WAYS)}, not by '{how}'.")
    query = embed_texts(model, [text])["embeddings"][0]
    return WAYS[how](model, to_inputs(model, picture[None]), query)


@operation(apart=True)
def fetch_public(device: torch.device, name: str, tag: str) -> Iterator[Fetched]:
    """Bring a model of open_clip to this machine, reporting on the way. Raises `NoPublicModel`."""
    yield from public.fetch(name, tag)


@operation()
def public_here(device: torch.device) -> list[dict[str, str]]:
    """The `name` and `tag` of each of open_clip's models that needs no download."""
    return [{"name": name, "tag": tag} for name, tag in public.present()]


@operation()
def about_public(device: torch.device, name: str, tag: str) -> dict[str, Any]:
    """A fetched model's `side`, dimension `d`, number of `parameters` and `logit_scale`. Raises `NoPublicModel`."""
    model = public.load(name, tag, device)
    return {
        "side": model.side,
        "d": model.texts(["a photo"]).shape[1],
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "logit_scale": float(model.logit_scale()),
    }


@operation()
def embed_pictures_public(device: torch.device, name: str, tag: str, pictures: Tensor) -> Tensor:
    """`embed_pictures` with a model of open_clip that has been fetched, for pictures uint8 (B, H, W, 3) of any size;
    asked of the family "clip". Raises `NoPublicModel`, `ValueError`."""
    if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
        raise ValueError("Pictures are uint8 (B, H, W, 3).")
    model = public.load(name, tag, device)
    parts = pictures.permute(0, 3, 1, 2).split(AT_ONCE // 4)
    return torch.cat([model.pictures(part.float() / 255) for part in parts])


@operation()
def embed_texts_public(device: torch.device, name: str, tag: str, texts: Sequence[str]) -> dict[str, Any]:
    """`embeddings` float32 (B, D) of up to 256 texts by a fetched model of open_clip, and its `logit_scale`.

    Raises `NoPublicModel`, `ValueError`.
    """
    model = public.load(name, tag, device)
    return {"embeddings": model.texts(checked(texts)), "logit_scale": float(model.logit_scale())}


def to_inputs(model: Clip, pictures: Tensor) -> Tensor:
    """uint8 (B, S, S, 3) → float32 (B, 3, S, S) in 0…1. Raises `ValueError`."""
    if pictures.dtype != torch.uint8 or pictures.shape[1:] != (model.side, model.side, 3):
        raise ValueError(f"Pictures are uint8 (B, {model.side}, {model.side}, 3).")
    return pictures.permute(0, 3, 1, 2).float() / 255


def checked(texts: Sequence[str]) -> list[str]:
    """The texts, if there are 1 to 256 of them and none is empty. Raises `ValueError`."""
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise ValueError(f"It takes 1 to {MOST_TEXTS} texts.")
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("A text needs at least one word.")
    return list(texts)
