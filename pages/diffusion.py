"""/diffusion: how a model that only knows what noise looks like paints pictures."""

from pages.diffusion_exhibits import (
    break_it,
    forward,
    guidance,
    lanes,
    latent,
    noise_space,
    public,
    readings,
    reverse,
    score,
)
from pages.kit.exhibits import show_exhibits

EXHIBITS = {
    "Reverse": reverse,
    "Forward": forward,
    "Lanes": lanes,
    "Guidance": guidance,
    "Noise space": noise_space,
    "Score view": score,
    "Latent": latent,
    "Three readings": readings,
    "Break it": break_it,
    "Public models": public,
}

show_exhibits(EXHIBITS)
