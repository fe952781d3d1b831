"""Our samplers against the pipelines of diffusers: the same network, noise shape and number of steps, side by side."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from engine.devices import best_device, describe
from engine.diffusion.guidance import classifier_free
from engine.diffusion.public import PublicModel, adapted
from engine.diffusion.samplers import SAMPLERS
from engine.timing import LeftOut, repetitions

STEPS = 20
BATCHES = (1, 16)
REPETITIONS = 10


def samplers(effort: float = 1.0) -> list[dict[str, Any]]:
    """Seconds of 20 steps of DDIM and DDPM at 32×32 on the CPU and, if there is one, on a GPU, and their ratio.

    The network is a small `UNet2DModel` with random weights, so that what a sampler does besides asking it shows.
    """
    try:
        import diffusers
    except ImportError:
        raise LeftOut("The package diffusers is not installed; `pip install diffusers` adds it.") from None
    diffusers.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    unet = diffusers.UNet2DModel(
        sample_size=32, in_channels=1, out_channels=1, block_out_channels=(16, 32), layers_per_block=1,
        down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2, norm_num_groups=8,
        attention_head_dim=16,
    )  # fmt: skip
    kinds = {
        "ddim": (diffusers.DDIMPipeline, diffusers.DDIMScheduler(timestep_spacing="trailing")),
        "ddpm": (diffusers.DDPMPipeline, diffusers.DDPMScheduler(timestep_spacing="trailing")),
    }
    rows = []
    for device in {torch.device("cpu"), best_device()}:
        for name, (kind, scheduler) in kinds.items():
            pipeline = kind(unet.to(device), scheduler)
            pipeline.set_progress_bar_config(disable=True)
            ours = partial(_ours, adapted(unet, scheduler.config), name, device)
            theirs = partial(_theirs, pipeline)
            rows += [_row(name, device, batch, ours, theirs, repetitions(REPETITIONS, effort)) for batch in BATCHES]
    return rows


def _row(
    name: str, device: torch.device, batch: int, ours: Callable[[int], None], theirs: Callable[[int], None], runs: int
) -> dict[str, Any]:
    """The fastest of `runs` runs, which other work on the machine disturbs least; both in turn, the first uncounted."""
    seconds = [(_seconds(ours, batch, device), _seconds(theirs, batch, device)) for _ in range(runs + 1)][1:]
    mine, other = map(min, zip(*seconds, strict=True))
    about = {"sampler": name, "device": describe(device), "batch": batch, "steps": STEPS, "runs": runs}
    return about | {"ours_s": round(mine, 4), "diffusers_s": round(other, 4), "times_as_fast": round(other / mine, 2)}


@torch.no_grad()
def _ours(model: PublicModel, name: str, device: torch.device, batch: int) -> None:
    generator = torch.Generator(device).manual_seed(0)
    x = torch.randn(batch, model.channels, model.side, model.side, generator=generator, device=device)
    visits = model.schedule.visits(STEPS)
    *_, last = SAMPLERS[name](classifier_free(model), x, model.schedule, visits, generator, limit=model.limit)
    last.x_t.cpu()


def _theirs(pipeline: Any, batch: int) -> None:
    generator = torch.Generator(pipeline.device).manual_seed(0)
    pipeline(batch_size=batch, generator=generator, num_inference_steps=STEPS, output_type="np")


def _seconds(work: Callable[[int], None], batch: int, device: torch.device) -> float:
    started = time.perf_counter()
    work(batch)
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started
