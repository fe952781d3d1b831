"""What every family says of models that others published: why one cannot be used, and how far a download has come."""

from dataclasses import dataclass

from engine.errors import EngineError

SECONDS_BETWEEN_REPORTS = 0.3


class NoPublicModel(EngineError):
    """A public model cannot be used; the text says why and what to do."""

    status = 424


@dataclass(frozen=True)
class Fetched:
    """How far a download has come: bytes here, bytes in all (0 if nobody says), seconds."""

    bytes: int
    total: int
    seconds: float
