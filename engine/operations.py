"""The register of what pages may ask for.

Each family's `operations.py` fills it with inference; training in the page is in `live.py`, imported when first
asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import isgeneratorfunction

from engine import checkpoints
from engine.errors import BadRequest

FAMILIES = ("autoencoders", "blocks", "clip", "diffusion", "editing", "gans", "judges", "segmentation")


@dataclass(frozen=True)
class Operation:
    """A named function of (model, **arguments).

    `batched`: tensors may be joined along axis 0 with other callers'. `apart`: a stream that reads or downloads and so
    must not keep the device waiting.
    """

    run: Callable
    batched: bool
    apart: bool

    @property
    def streams(self) -> bool:
        """Whether it yields records instead of returning a value."""
        return isgeneratorfunction(self.run)


REGISTER: dict[tuple[str, str], Operation] = {}


def operation(*, batched: bool = False, apart: bool = False) -> Callable[[Callable], Callable]:
    """Register a function under its own name in the family that its module belongs to.

    Array arguments arrive as tensors on the model's device; tensors in the result leave as arrays. An operation asked
    of a family instead of a checkpoint gets the device in place of the model.
    """

    def register(run: Callable) -> Callable:
        family = run.__module__.split(".")[1]
        REGISTER[family, run.__name__] = Operation(run, batched, apart)
        return run

    return register


COMMON = {"parameters": Operation(checkpoints.parameters, batched=False, apart=False)}
"""What every model of every family can be asked."""


def find(family: str, name: str) -> Operation:
    """The operation `name` of one of the `FAMILIES`. Raises `BadRequest`."""
    if name in COMMON:
        return COMMON[name]
    for room in ("operations", "live"):
        import_module(f"engine.{family}.{room}")
        if (family, name) in REGISTER:
            return REGISTER[family, name]
    raise BadRequest(f"The {family} know no operation '{name}'.")
