"""Large models that others published, for a person's own photo, in words. No torch: pages read this."""

from dataclasses import dataclass

LIBRARIES = ("diffusers", "transformers")
"""What such a model needs beside Manifold's own requirements."""
INSTALL = "pip install " + " ".join(LIBRARIES)
SIDES = (256, 1024)
"""The long side that such a model may be asked to paint, at least and at most."""


@dataclass(frozen=True)
class Task:
    """What one of these models was trained to do; `extra` is the number of channels beside code and picture."""

    title: str
    extra: int
    asks: str


TASKS = {
    "follow": Task("Instruction", 0, "Say what to change, for example: make it winter."),
    "fill": Task("Fill a hole", 1, "Say what should be there, for example: a red armchair."),
}


@dataclass(frozen=True)
class PublicChoice:
    """A pipeline on the Hugging Face hub: `megabytes` to fetch, as far as its publishers say, in half precision where
    they offer it."""

    source: str
    title: str
    megabytes: int
    licence: str
    about: str


CHOICES = {
    "follow": PublicChoice(
        "timbrooks/instruct-pix2pix", "InstructPix2Pix (Brooks et al. 2023)", 4270,
        "MIT for the weights' authors' part; made from Stable Diffusion 1.5, whose CreativeML OpenRAIL-M licence "
        "forbids harmful uses",
        "Stable Diffusion 1.5, trained on with 450,000 pairs of pictures that GPT-3 and Prompt-to-Prompt made up.",
    ),
    "fill": PublicChoice(
        "stable-diffusion-v1-5/stable-diffusion-inpainting", "Stable Diffusion 1.5 inpainting", 2130,
        "CreativeML OpenRAIL-M: free to use, harmful uses forbidden",
        "Stable Diffusion 1.2, trained on with holes; the picture around the hole goes in beside the noise.",
    ),
}  # fmt: skip
"""For each of the `TASKS` the model to take where nothing speaks for another."""

UNFILTERED = (
    "It has learned the web's prejudices, and no filter stands behind it. Show faces of others only if they agree."
)
"""What is to be said beside it."""
