"""Pipelines of diffusers with a few thousand random weights, in place of those that fill gigabytes."""

import json
from pathlib import Path
from typing import Any

import torch

from engine.editing.public_names import TASKS

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def kind(task: str) -> type:
    """The class of diffusers for one of the `TASKS`."""
    import diffusers

    name = {"follow": "StableDiffusionInstructPix2PixPipeline", "fill": "StableDiffusionInpaintPipeline"}[task]
    return getattr(diffusers, name)


def tokenizer(folder: Path) -> Any:
    """A tokenizer that knows letters alone."""
    import transformers

    ends = ["<|startoftext|>", "<|endoftext|>"]
    words = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), *ends]
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return transformers.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=12)


def pipeline(task: str, folder: Path, **scheduler: object) -> Any:
    """A pipeline of a few thousand random weights, whose scheduler takes its times where ours are."""
    import diffusers
    import transformers

    torch.manual_seed(0)
    unet = diffusers.UNet2DConditionModel(
        sample_size=32, in_channels=8 + TASKS[task].extra, out_channels=4, block_out_channels=(8, 16),
        layers_per_block=1, norm_num_groups=4, attention_head_dim=4, cross_attention_dim=16,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )  # fmt: skip
    vae = diffusers.AutoencoderKL(
        block_out_channels=(4, 4, 4, 4), norm_num_groups=2, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )  # fmt: skip
    tokens = tokenizer(folder)
    text = transformers.CLIPTextConfig(
        vocab_size=len(tokens), hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=12, bos_token_id=52, eos_token_id=53, pad_token_id=53,
    )  # fmt: skip
    ours = {"timestep_spacing": "trailing", "steps_offset": 1, "clip_sample": False}
    ddim = diffusers.DDIMScheduler(**ours | scheduler)
    rest = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    parts = {"vae": vae, "text_encoder": transformers.CLIPTextModel(text), "tokenizer": tokens, "unet": unet}
    made = kind(task)(**parts, scheduler=ddim, **rest)
    made.set_progress_bar_config(disable=True)
    return made
