"""Which device computes, in which precision, with how many threads."""

import os
from contextlib import AbstractContextManager

import torch


def best_device() -> torch.device:
    """CUDA if there is one, else the CPU; `MANIFOLD_DEVICE` overrides (for example `cpu` or `cuda:1`)."""
    asked = os.environ.get("MANIFOLD_DEVICE")
    return torch.device(asked) if asked else torch.device("cuda" if torch.cuda.is_available() else "cpu")


def describe(device: torch.device) -> str:
    """A device's name as a person would say it: `NVIDIA H200` or `CPU, 2 threads`."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} thread{'s' if torch.get_num_threads() > 1 else ''}"


def limit_threads(threads: int | None = None) -> None:
    """Let torch use `threads` cores, by default every core this process may run on."""
    torch.set_num_threads(threads or cores())


def cores() -> int:
    """Number of CPU cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


SMALLEST_HALVED = 12
"""On a CPU casting costs more than it saves in a network call with fewer pictures."""


def mixed_precision(device: torch.device, pictures: int = SMALLEST_HALVED) -> AbstractContextManager:
    """Autocast to bfloat16 where the hardware multiplies that many `pictures` faster than in float32, else nothing."""
    cpu = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    fast = device.type == "cuda" or cpu and pictures >= SMALLEST_HALVED
    return torch.autocast(device.type, torch.bfloat16, enabled=fast)


def convolution_format(device: torch.device) -> torch.memory_format:
    """Channels last on CUDA; plain on the CPU, where group normalisation is several times faster that way."""
    return torch.channels_last if device.type == "cuda" else torch.contiguous_format
