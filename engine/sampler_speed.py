"""Our samplers against the pipelines of diffusers: the same weights, noise shape and number of steps, side by side."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from engine import checkpoints
from engine.devices import best_device, convolution_format, describe
from engine.diffusion.guidance import classifier_free
from engine.diffusion.operations import TRAINED, Asked
from engine.diffusion.samplers import SAMPLERS, finish
from engine.timing import LeftOut, repetitions

MODEL = "ddpm-mnist"
STEPS = 20
BATCHES = (1, 16)
REPETITIONS = 10


def samplers(effort: float = 1.0) -> list[dict[str, Any]]:
    """Seconds of 20 steps of DDIM and DDPM of a published model on the CPU and, if there is one, on a GPU.

    Both run the very same module: ours as the page runs it, theirs as their pipeline does by default.
    """
    try:
        import diffusers
    except ImportError:
        raise LeftOut("The package diffusers is not installed; `pip install diffusers` adds it.") from None
    diffusers.utils.logging.disable_progress_bar()
    noise = {"trained_betas": TRAINED.beta[1:], "timestep_spacing": "trailing"}
    kinds = {
        "ddim": (diffusers.DDIMPipeline, diffusers.DDIMScheduler(**noise)),
        "ddpm": (diffusers.DDPMPipeline, diffusers.DDPMScheduler(**noise)),
    }
    rows = []
    for device in {torch.device("cpu"), best_device()}:
        unet = checkpoints.load(MODEL, device).to(memory_format=convolution_format(device))
        for name, (kind, scheduler) in kinds.items():
            pipeline = kind(_as_theirs(unet), scheduler)
            pipeline.set_progress_bar_config(disable=True)
            ours, theirs = partial(_ours, unet, name, device), partial(_theirs, pipeline)
            rows += [_row(name, device, batch, ours, theirs, repetitions(REPETITIONS, effort)) for batch in BATCHES]
    return rows


def _as_theirs(unet: nn.Module) -> nn.Module:
    """Our network in the form that a pipeline of diffusers asks for."""
    from diffusers import ConfigMixin, ModelMixin
    from diffusers.configuration_utils import register_to_config
    from diffusers.models.unets.unet_2d import UNet2DOutput

    class Ours(ModelMixin, ConfigMixin):
        config_name = "config.json"

        @register_to_config
        def __init__(self, sample_size: int, in_channels: int):
            super().__init__()
            self.unet = unet

        def forward(self, sample: Tensor, timestep: Tensor) -> UNet2DOutput:
            return UNet2DOutput(self.unet(sample, timestep.to(sample.device).expand(len(sample)) + 1))

    return Ours(unet.side, unet.channels)


def _row(
    name: str, device: torch.device, batch: int, ours: Callable[[int], None], theirs: Callable[[int], None], runs: int
) -> dict[str, Any]:
    """The fastest of `runs` runs, which other work on the machine disturbs least; both in turn, the first uncounted."""
    seconds = [(_seconds(ours, batch, device), _seconds(theirs, batch, device)) for _ in range(runs + 1)][1:]
    mine, other = map(min, zip(*seconds, strict=True))
    about = {"sampler": name, "device": describe(device), "batch": batch, "steps": STEPS, "runs": runs}
    return about | {"ours_s": round(mine, 4), "diffusers_s": round(other, 4), "times_as_fast": round(other / mine, 2)}


@torch.no_grad()
def _ours(unet: nn.Module, name: str, device: torch.device, batch: int) -> None:
    generator = torch.Generator(device).manual_seed(0)
    x = torch.randn(batch, unet.channels, unet.side, unet.side, generator=generator, device=device)
    finish(SAMPLERS[name](classifier_free(Asked(unet)), x, TRAINED, TRAINED.visits(STEPS), generator)).x_t.cpu()


def _theirs(pipeline: Any, batch: int) -> None:
    generator = torch.Generator(pipeline.device).manual_seed(0)
    pipeline(batch_size=batch, generator=generator, num_inference_steps=STEPS, output_type="np")


def _seconds(work: Callable[[int], None], batch: int, device: torch.device) -> float:
    started = time.perf_counter()
    work(batch)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started
