"""Diffusion models that others published with the library diffusers, in the form that our samplers take.

diffusers is no requirement: it is imported when a person first asks for such a model. A pipeline is a folder, here or
on the Hugging Face hub, with a `UNet2DModel` and the configuration of its DDPM or DDIM scheduler.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine import hub
from engine.diffusion.conversions import eps_from_v, eps_from_x0
from engine.diffusion.schedules import Schedule
from engine.public_models import Fetched, NoPublicModel

INSTALL = "This needs the library diffusers: `pip install diffusers` adds it. Then restart the app."
NO_LIMIT = 1e6
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
        schedule=schedule_of(scheduler),
        prediction=prediction,
        channels=config.in_channels,
        side=side,
        classes=config.num_class_embeds or 0,
        limit=scheduler.get("clip_sample_range", 1.0) if scheduler.get("clip_sample", True) else NO_LIMIT,
    )


def schedule_of(config: dict[str, Any]) -> Schedule:
    """The β of a scheduler's configuration, as diffusers' own DDPM scheduler reads it, at most 0.999 (as in ours): with
    β = 1 nothing would be left to divide by."""
    from diffusers import DDPMScheduler

    betas = DDPMScheduler.from_config(config).betas.double().clamp(max=0.999).tolist()
    return Schedule(config.get("beta_schedule", "linear"), len(betas), tuple(betas))


def fetch(source: str) -> Iterator[Fetched]:
    """Bring a pipeline from the hub into its cache, with a report a few times a second; nothing for a folder.

    Raises `NoPublicModel`, before any weights are fetched if they are not a `UNet2DModel`'s. A reader that stops
    reading stops the download.
    """
    _library()
    if hub.is_folder(source):
        return
    folder = hub.described(source)
    yield from hub.bring(source, _weights(source, folder), folder)
    _opened.cache_clear()


def load(source: str, device: torch.device) -> PublicModel:
    """The model of a folder or, once fetched, of a hub name; the two last used stay loaded. Raises `NoPublicModel`."""
    _library()
    return _opened(source, device)


@lru_cache(maxsize=2)
def _opened(source: str, device: torch.device) -> PublicModel:
    from diffusers import UNet2DModel

    folder = hub.folder(source)
    part = folder / _unet_part(folder, source)
    where = (folder / "scheduler" / "scheduler_config.json", folder / "scheduler_config.json")
    scheduler = next(filter(None, map(hub.read_json, where)), {})
    try:
        unet = UNet2DModel.from_pretrained(
            part, local_files_only=True, low_cpu_mem_usage=False, use_safetensors=True
        )
    except Exception as error:
        raise NoPublicModel(f"The weights of '{source}' cannot be read: {hub.first_line(error)}") from error
    return adapted(unet.to(device), scheduler)


def _unet_part(folder: Path, source: str) -> str:
    """Where in a pipeline's folder its `UNet2DModel` lies. Raises `NoPublicModel` if it has none."""
    for part in ("unet", ""):
        config = hub.read_json(folder / part / "config.json")
        if config.get("_class_name") == "UNet2DModel":
            return part
    named = hub.read_json(folder / "model_index.json").get("_class_name", "no pipeline of diffusers")
    raise NoPublicModel(f"'{source}' is {named}; Manifold plays DDPM and DDIM pipelines around a UNet2DModel.")


def _weights(source: str, folder: Path) -> dict[str, int]:
    """The weights to fetch, by name and size in bytes."""
    path, listed = f"{_unet_part(folder, source)}/{WEIGHTS}".lstrip("/"), hub.sizes(source)
    if path not in listed:
        raise NoPublicModel(f"'{source}' has no weights as safetensors, the only kind that Manifold opens.")
    return {path: listed[path]}


def _library() -> None:
    try:
        import diffusers  # noqa: F401
    except ImportError as error:
        raise NoPublicModel(INSTALL) from error
