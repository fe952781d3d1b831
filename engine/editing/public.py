"""Latent diffusion models that others published with the library diffusers, for a photo of any size.

Two kinds are known, told apart by what goes into the U-Net beside the noisy code: the picture's code
(InstructPix2Pix), or that of a picture with a hole and the hole itself (Stable Diffusion inpainting). diffusers and
transformers are no requirement: they are imported when a person first asks for such a model. Weights are read from
safetensors alone, and what else a pipeline brings along is not loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine import hub
from engine.diffusion.conversions import eps_from_v
from engine.diffusion.public import schedule_of
from engine.diffusion.samplers import EpsModel
from engine.diffusion.schedules import Schedule
from engine.editing.public_names import INSTALL, LIBRARIES, TASKS
from engine.public_models import Fetched, NoPublicModel

SMALL_FILES = [*hub.CONFIGURATION, "tokenizer/*"]
PARTS = {"unet": "diffusion_pytorch_model", "vae": "diffusion_pytorch_model", "text_encoder": "model"}
"""The networks of a pipeline and what the files of their weights are called."""
HALF, WHOLE = ".fp16.safetensors", ".safetensors"
NEEDED = f"This needs the libraries {' and '.join(LIBRARIES)}: `{INSTALL}` adds them. Then restart the app."


@dataclass(frozen=True)
class Means:
    """What there is for such a model: the libraries that are `lacking`, whether the model is `here`, whether the hub
    `answers` (not asked for a model that is here), and the name of the `gpu`, if there is one."""

    lacking: list[str]
    here: bool
    answers: bool
    gpu: str


@dataclass(frozen=True)
class LargeModel:
    """The networks of a pipeline. `task` is one of `TASKS`; the U-Net predicts ε, or v if `predicts_v`."""

    unet: nn.Module
    vae: nn.Module
    text_encoder: nn.Module
    tokenizer: Any
    schedule: Schedule
    predicts_v: bool
    task: str

    @property
    def device(self) -> torch.device:
        return self.unet.device

    @property
    def shrinks(self) -> int:
        """How many pixels a side stand behind one place of the code."""
        return 2 ** (len(self.vae.config.block_out_channels) - 1)

    def said(self, texts: list[str]) -> Tensor:
        """Texts → (B, tokens, D); what is longer than the model can hear is cut off."""
        length = min(self.tokenizer.model_max_length, self.text_encoder.config.max_position_embeddings)
        tokens = self.tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        return self.text_encoder(tokens.input_ids.to(self.device))[0]

    def encode(self, x: Tensor) -> Tensor:
        """Pictures (B, 3, H, W) in 0…1 → their most likely codes (B, C, H / shrinks, W / shrinks), not yet scaled."""
        return self.vae.encode(2 * x - 1).latent_dist.mode()

    def decode(self, z: Tensor) -> Tensor:
        """Scaled codes → pictures in 0…1."""
        return (self.vae.decode(z / self.vae.config.scaling_factor).sample / 2 + 0.5).clamp(0, 1)

    def eps(self, x_t: Tensor, beside: Tensor, t: int, said: Tensor) -> Tensor:
        """ε̂ (B, C, h, w) of codes x_t with the channels `beside` them; their steps count from 0, ours from 1."""
        inputs = torch.cat([x_t, beside], 1).to(self.unet.dtype)
        output = self.unet(inputs, t - 1, encoder_hidden_states=said.to(self.unet.dtype)).sample.float()
        return eps_from_v(x_t, output, float(self.schedule.alpha_bar[t])) if self.predicts_v else output


def instructed(model: LargeModel, x: Tensor, text: str, w: float, w_picture: float) -> EpsModel:
    """ε̃ = ε(∅, ∅) + w_picture (ε(x, ∅) − ε(∅, ∅)) + w (ε(x, text) − ε(x, ∅)) for a picture x (1, 3, H, W): equation 3
    of InstructPix2Pix (Brooks et al. 2023). The picture's code goes in unscaled, as they trained it."""
    z = model.encode(x)
    said, pictures = model.said(["", "", text]), torch.cat([torch.zeros_like(z), z, z])

    def eps(x_t: Tensor, t: int) -> Tensor:
        free, seen, told = model.eps(x_t.expand(3, -1, -1, -1), pictures, t, said).chunk(3)
        return free + w_picture * (seen - free) + w * (told - seen)

    return eps


def filled(model: LargeModel, x: Tensor, hole: Tensor, text: str, w: float) -> EpsModel:
    """ε̃ = ε(∅) + w (ε(text) − ε(∅)), where the network sees, beside x_t, the hole bool (1, 1, H, W) and the code of
    what is around it (Rombach et al. 2022, section 4.5). A place of the code is a hole if any pixel behind it is."""
    around = model.encode(torch.where(hole, 0.5, x)) * model.vae.config.scaling_factor
    beside = torch.cat([F.max_pool2d(hole.float(), model.shrinks), around], 1).expand(2, -1, -1, -1)
    said = model.said(["", text])

    def eps(x_t: Tensor, t: int) -> Tensor:
        free, told = model.eps(x_t.expand(2, -1, -1, -1), beside, t, said).chunk(2)
        return free + w * (told - free)

    return eps


def means(source: str, device: torch.device) -> Means:
    """What there is on this machine for a model, without importing or fetching anything large."""
    lacking = [library for library in LIBRARIES if find_spec(library) is None]
    here = not lacking and _is_here(source)
    gpu = torch.cuda.get_device_name(device) if device.type == "cuda" else ""
    return Means(lacking, here, here or hub.answers(), gpu)


def fetch(source: str) -> Iterator[Fetched]:
    """Bring a pipeline from the hub into its cache, with a report a few times a second; nothing for a folder.

    Raises `NoPublicModel`, before any weights are fetched if they are none that this page can use. A reader that stops
    reading stops the download.
    """
    _libraries()
    if hub.is_folder(source):
        return
    folder = hub.described(source, SMALL_FILES)
    _task(folder, source)
    yield from hub.bring(source, _weights(hub.sizes(source), source), folder)
    _opened.cache_clear()


def load(source: str, device: torch.device) -> LargeModel:
    """The model of a folder or, once fetched, of a hub name; the last one stays loaded. Raises `NoPublicModel`."""
    _libraries()
    return _opened(source, device)


@lru_cache(maxsize=1)
def _opened(source: str, device: torch.device) -> LargeModel:
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

    folder = hub.folder(source, SMALL_FILES)
    task, scheduler = _task(folder, source), hub.read_json(folder / "scheduler" / "scheduler_config.json")
    if scheduler.get("prediction_type", "epsilon") not in ("epsilon", "v_prediction"):
        raise NoPublicModel(f"'{source}' predicts '{scheduler['prediction_type']}', which this page cannot play.")
    kinds = {"unet": UNet2DConditionModel, "vae": AutoencoderKL, "text_encoder": CLIPTextModel}
    try:
        unet, vae, text_encoder = (_network(kind, folder, part) for part, kind in kinds.items())
        tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
    except Exception as error:
        raise NoPublicModel(f"The weights of '{source}' cannot be read: {hub.first_line(error)}") from error
    half = torch.float16 if device.type == "cuda" else torch.float32
    return LargeModel(
        unet=unet.to(device, half),
        vae=vae.to(device, torch.float32),
        text_encoder=text_encoder.to(device, torch.float32),
        tokenizer=tokenizer,
        schedule=schedule_of(scheduler),
        predicts_v=scheduler.get("prediction_type") == "v_prediction",
        task=task,
    )


def _network(kind: type, folder: Path, part: str) -> nn.Module:
    """One network of a pipeline, ready for inference."""
    half = (folder / part / f"{PARTS[part]}{HALF}").exists()
    options = {"low_cpu_mem_usage": False} if part != "text_encoder" else {}
    network = kind.from_pretrained(
        folder / part, variant="fp16" if half else None, use_safetensors=True, local_files_only=True, **options
    )
    return network.eval().requires_grad_(False)


def _task(folder: Path, source: str) -> str:
    """Which of the `TASKS` a pipeline was trained for. Raises `NoPublicModel` if it is none of them."""
    unet, vae = (hub.read_json(folder / part / "config.json") for part in ("unet", "vae"))
    channels = vae.get("latent_channels", 4)
    extra = unet.get("in_channels", 0) - 2 * channels
    plain = unet.get("_class_name") == "UNet2DConditionModel" and not unet.get("addition_embed_type")
    for name, task in TASKS.items():
        if plain and vae and extra == task.extra:
            return name
    named = hub.read_json(folder / "model_index.json").get("_class_name", "no pipeline of diffusers")
    raise NoPublicModel(
        f"'{source}' is {named}; this page plays StableDiffusionInstructPix2PixPipeline and "
        "StableDiffusionInpaintPipeline, version 1 or 2."
    )


def _weights(listed: dict[str, int], source: str) -> dict[str, int]:
    """The weights to fetch, by name and size in bytes: in half precision if all of them are offered so."""
    for ending in (HALF, WHOLE):
        names = [f"{part}/{name}{ending}" for part, name in PARTS.items()]
        if all(name in listed for name in names):
            return {name: listed[name] for name in names}
    raise NoPublicModel(f"'{source}' has no weights as safetensors, the only kind that Manifold opens.")


def _is_here(source: str) -> bool:
    """Whether all weights of a model lie on this machine."""
    try:
        folder = hub.folder(source, SMALL_FILES)
    except NoPublicModel:
        return False
    return all(
        any((folder / part / f"{name}{ending}").exists() for ending in (HALF, WHOLE)) for part, name in PARTS.items()
    )


def _libraries() -> None:
    if any(find_spec(library) is None for library in LIBRARIES):
        raise NoPublicModel(NEEDED)
