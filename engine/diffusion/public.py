"""Diffusion models that others published with the library diffusers, in the form that our samplers take.

diffusers is no requirement: it is imported when a person first asks for such a model. A pipeline is a folder, here or
on the Hugging Face hub, with a `UNet2DModel` and the configuration of its DDPM or DDIM scheduler.
"""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.diffusion.conversions import eps_from_v, eps_from_x0
from engine.diffusion.schedules import Schedule
from engine.public_models import SECONDS_BETWEEN_REPORTS, Fetched, NoPublicModel

INSTALL = "This needs the library diffusers: `pip install diffusers` adds it. Then restart the app."
NO_LIMIT = 1e6
CONFIGURATION = ["*model_index.json", "*config.json"]
WEIGHTS = "diffusion_pytorch_model.safetensors"
"""Some old pipelines have a `.bin` only; what such a file says is not trusted."""


@dataclass(frozen=True)
class PublicModel:
    """A `UNet2DModel` with its schedule. It predicts noise ("epsilon"), x_0 ("sample") or v ("v_prediction").

    `classes` is 0 for a model that is told no class, `limit` the largest |x_0| there is.
    """

    unet: nn.Module
    schedule: Schedule
    prediction: str
    channels: int
    side: int
    classes: int
    limit: float
    autoencoder = ""

    def __call__(self, x_t: Tensor, t: Tensor, y: Tensor | None = None) -> Tensor:
        """ε̂(x_t, t, y), as our `UNet` says it, at equal times t (B,); their steps are counted from 0, ours from 1."""
        output = self.unet(x_t, t - 1, class_labels=y).sample[:, : self.channels]  # a learned variance may follow
        alpha_bar = float(self.schedule.alpha_bar[int(t[0])])
        if self.prediction == "v_prediction":
            return eps_from_v(x_t, output, alpha_bar)
        return eps_from_x0(x_t, output, alpha_bar) if self.prediction == "sample" else output


def adapted(unet: nn.Module, scheduler: dict[str, Any]) -> PublicModel:
    """A UNet and the configuration of its scheduler in our terms. Raises `NoPublicModel`."""
    config, prediction = unet.config, scheduler.get("prediction_type", "epsilon")
    side = config.sample_size if isinstance(config.sample_size, int) else (config.sample_size or [0])[0]
    if not side or prediction not in ("epsilon", "sample", "v_prediction"):
        raise NoPublicModel(f"Manifold cannot play what predicts '{prediction}' at size {config.sample_size}.")
    return PublicModel(
        unet=unet.eval().requires_grad_(False),
        schedule=_schedule(scheduler),
        prediction=prediction,
        channels=config.in_channels,
        side=side,
        classes=config.num_class_embeds or 0,
        limit=scheduler.get("clip_sample_range", 1.0) if scheduler.get("clip_sample", True) else NO_LIMIT,
    )


def _schedule(config: dict[str, Any]) -> Schedule:
    """The β of a scheduler's configuration, as diffusers' own DDPM scheduler reads it, at most 0.999 (as in ours): with
    β = 1 nothing would be left to divide by."""
    from diffusers import DDPMScheduler

    betas = DDPMScheduler.from_config(config).betas.double().clamp(max=0.999).tolist()
    return Schedule(config.get("beta_schedule", "linear"), len(betas), tuple(betas))


def fetch(source: str) -> Iterator[Fetched]:
    """Bring a pipeline from the hub into its cache, with a report a few times a second; nothing for a folder.

    Raises `NoPublicModel`, before any weights are fetched if they are not a `UNet2DModel`'s. A reader that stops
    reading leaves the rest of the file to the background.
    """
    _library()
    if _is_folder(source):
        return
    sizes, cache = _weights(source)
    before, started = _bytes_in(cache), time.monotonic()
    background = ThreadPoolExecutor(1)
    download = background.submit(_snapshot, source, allow_patterns=[*CONFIGURATION, *sizes])
    background.shutdown(wait=False)
    while not wait([download], SECONDS_BETWEEN_REPORTS).done:
        came, total = _bytes_in(cache) - before, sum(sizes.values())
        yield Fetched(min(came, total), total, time.monotonic() - started)
    download.result()
    _opened.cache_clear()


def load(source: str, device: torch.device) -> PublicModel:
    """The model of a folder or, once fetched, of a hub name; the two last used stay loaded. Raises `NoPublicModel`."""
    _library()
    return _opened(source, device)


@lru_cache(maxsize=2)
def _opened(source: str, device: torch.device) -> PublicModel:
    from diffusers import UNet2DModel

    folder = Path(source).expanduser() if _is_folder(source) else _fetched(source)
    part = folder / _unet_part(folder, source)
    scheduler = _json(folder / "scheduler" / "scheduler_config.json") or _json(folder / "scheduler_config.json")
    try:
        unet = UNet2DModel.from_pretrained(
            part, local_files_only=True, low_cpu_mem_usage=False, use_safetensors=True
        )
    except Exception as error:
        raise NoPublicModel(f"The weights of '{source}' cannot be read: {_first_line(error)}") from error
    return adapted(unet.to(device), scheduler)


def _unet_part(folder: Path, source: str) -> str:
    """Where in a pipeline's folder its `UNet2DModel` lies. Raises `NoPublicModel` if it has none."""
    for part in ("unet", ""):
        config = _json(folder / part / "config.json")
        if config.get("_class_name") == "UNet2DModel":
            return part
    named = _json(folder / "model_index.json").get("_class_name", "no pipeline of diffusers")
    raise NoPublicModel(f"'{source}' is {named}; Manifold plays DDPM and DDIM pipelines around a UNet2DModel.")


def _weights(source: str) -> tuple[dict[str, int], Path]:
    """The weights to fetch, by name and size in bytes, and the folder in the cache where they will grow."""
    from huggingface_hub import HfApi

    folder = Path(_snapshot(source, allow_patterns=CONFIGURATION))
    part = _unet_part(folder, source)
    listed = _asking(source, lambda: HfApi(token=False).model_info(source, files_metadata=True).siblings)
    sizes = {file.rfilename: file.size or 0 for file in listed}
    path = f"{part}/{WEIGHTS}".lstrip("/")
    if path not in sizes:
        raise NoPublicModel(f"'{source}' has no weights as safetensors, the only kind that Manifold opens.")
    return {path: sizes[path]}, folder.parent.parent


def _snapshot(source: str, **options: Any) -> str:
    from huggingface_hub import snapshot_download

    return _asking(source, lambda: snapshot_download(source, token=False, **options))


def _asking(source: str, ask: Callable[[], Any]) -> Any:
    """What the hub answers. Raises `NoPublicModel` with a sentence for what can go wrong."""
    from huggingface_hub import errors

    try:
        return ask()
    except errors.GatedRepoError as error:
        sentence, cause = f"'{source}' is behind a licence that its authors want accepted: choose another model.", error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        sentence, cause = f"There is no public model '{source}' on the Hugging Face hub; check the spelling.", error
    except Exception as error:
        sentence, cause = f"'{source}' could not be fetched: no network, or the hub does not answer.", error
    raise NoPublicModel(f"{sentence} A folder on this machine works without the hub.") from cause


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _library() -> None:
    try:
        import diffusers  # noqa: F401
    except ImportError as error:
        raise NoPublicModel(INSTALL) from error


def _is_folder(source: str) -> bool:
    """Whether a source is meant as a folder: it is one, or no hub name could look like it."""
    return Path(source).expanduser().is_dir() or source.startswith((".", "/", "~", "\\")) or source.count("/") != 1


def _fetched(source: str) -> Path:
    """The folder of a pipeline in the hub's cache."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(source, allow_patterns=CONFIGURATION, local_files_only=True))
    except Exception as error:
        raise NoPublicModel(f"'{source}' is not on this machine yet: fetch it first.") from error


def _json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is none."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
