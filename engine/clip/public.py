"""Models that `open_clip` knows: fetched once when a person asks for them, then used like ours.

Their weights lie in torch's own cache. open_clip is imported when the first of them is asked for.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.public_models import Fetched, NoPublicModel, download, reaching

FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""What the weights are called in a repository that does not say, the safe format first."""


class Source(NamedTuple):
    """Where weights are published, and their sha256 where the publisher tells it."""

    url: str
    checksum: str | None


class PublicClip(nn.Module):
    """A network of open_clip behind the door of ours: pictures and texts → unit vectors (B, D)."""

    def __init__(self, network: nn.Module, tokenizer: Any):
        super().__init__()
        self.network, self.tokenizer = network, tokenizer
        self.frame = network.visual.preprocess_cfg
        self.register_buffer("mean", torch.tensor(self.frame["mean"]).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(self.frame["std"]).view(3, 1, 1))

    @property
    def side(self) -> int:
        """Height and width of the pictures that it sees."""
        size = self.frame["size"]
        return size if isinstance(size, int) else size[0]

    def pictures(self, x: Tensor) -> Tensor:
        """Pictures (B, 3, H, W) in 0…1 of any size → unit vectors (B, D)."""
        x = framed(x, self.side, squeeze=self.frame["resize_mode"] == "squash")
        return F.normalize(self.network.encode_image((x - self.mean) / self.std).float(), dim=-1)

    def texts(self, texts: Sequence[str]) -> Tensor:
        """Texts → unit vectors (B, D); what is longer than the context is cut off."""
        tokens = self.tokenizer(list(texts)).to(self.mean.device)
        return F.normalize(self.network.encode_text(tokens).float(), dim=-1)

    def logit_scale(self) -> Tensor:
        """What similarities are multiplied by before the softmax."""
        return self.network.logit_scale.exp()


def framed(x: Tensor, side: int, squeeze: bool) -> Tensor:
    """Pictures (B, 3, H, W) → (B, 3, side, side), bicubic: squeezed, or scaled and cut to the square in the middle."""
    height, width = x.shape[-2:]
    scale = side / min(height, width)
    size = (side, side) if squeeze else (max(side, round(height * scale)), max(side, round(width * scale)))
    x = F.interpolate(x, size, mode="bicubic", align_corners=False, antialias=True).clamp(0, 1)
    top, left = (size[0] - side) // 2, (size[1] - side) // 2
    return x[..., top : top + side, left : left + side]


def fetch(name: str, tag: str) -> Iterator[Fetched]:
    """Bring the weights of a model into the cache, with a report a few times a second; nothing if they are there.

    Raises `NoPublicModel`. A reader that stops reading stops the download.
    """
    path = _checked(name, tag)
    if path.exists():
        return
    source = _source(name, tag)
    with reaching(name):
        _tokenizer(name)
    yield from download(name, source.url, path, source.checksum or "")


def present() -> list[tuple[str, str]]:
    """The names and tags of the models whose weights are in the cache."""
    return [tuple(path.stem.split("--", 1)) for path in sorted(_folder().glob("*--*.weights"))]


def load(name: str, tag: str, device: torch.device) -> PublicClip:
    """A model whose weights are in the cache; the last one stays loaded. Raises `NoPublicModel`."""
    if not _checked(name, tag).exists():
        raise NoPublicModel(f"'{name}' with the weights '{tag}' is not on this machine yet: fetch it first.")
    return _opened(name, tag, device)


@lru_cache(maxsize=1)
def _opened(name: str, tag: str, device: torch.device) -> PublicClip:
    import open_clip

    path, published = _file(name, tag), open_clip.get_pretrained_cfg(name, tag) or {}
    frame = {key: published[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in published}
    try:
        network = open_clip.create_model(
            name,
            load_weights=False,
            force_quick_gelu=published.get("quick_gelu", False),
            force_preprocess_cfg=frame,
            pretrained_text=False,
        )
        network.load_state_dict(_weights(path, network))
    except Exception as error:
        raise NoPublicModel(f"The weights of '{name}' cannot be read: delete {path.name} and fetch again.") from error
    return PublicClip(network, _tokenizer(name)).to(device).eval().requires_grad_(False)


def _weights(path: Path, network: nn.Module) -> dict[str, Tensor]:
    """A published file as a state dict, whichever of the two formats it is in. Nothing in it is executed."""
    from open_clip.factory import load_state_dict
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(path)
    except SafetensorError:
        state = load_state_dict(str(path), weights_only=True)
    known = network.state_dict()
    return {key: value for key, value in state.items() if key in known or not key.endswith("position_ids")}


def _tokenizer(name: str) -> Any:
    import open_clip

    try:
        return open_clip.get_tokenizer(name)
    except Exception as error:
        raise NoPublicModel(f"'{name}' splits words in a way that cannot be had here: choose another model.") from error


def _source(name: str, tag: str) -> Source:
    """The address of the weights and what they should be. Raises `OSError` without a network."""
    import open_clip
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import EntryNotFoundError

    published = open_clip.get_pretrained_cfg(name, tag)
    if not published.get("hf_hub"):
        return Source(published["url"], None)
    repository, _, file = published["hf_hub"].rpartition("/")
    for candidate in (file,) if file else FILES:
        url = hf_hub_url(repository, candidate)
        try:
            about = get_hf_file_metadata(url)
        except EntryNotFoundError:
            continue
        except Exception as error:
            raise OSError(str(error)) from error
        return Source(url, about.etag if len(about.etag or "") == 64 else None)
    raise NoPublicModel(f"'{name}' with the weights '{tag}' is not where open_clip says: choose another model.")


def _checked(name: str, tag: str) -> Path:
    """The file of a model that open_clip knows, by name and tag. Raises `NoPublicModel`."""
    import open_clip

    known = open_clip.list_pretrained_tags_by_model(name)
    if not known:
        raise NoPublicModel(f"open_clip knows no model '{name}' with published weights, such as ViT-B-32.")
    if tag not in known:
        raise NoPublicModel(f"'{name}' has no weights '{tag}'; known are {', '.join(known)}.")
    return _file(name, tag)


def _folder() -> Path:
    return Path(torch.hub.get_dir()) / "open_clip"


def _file(name: str, tag: str) -> Path:
    return _folder() / f"{name}--{tag}.weights"
