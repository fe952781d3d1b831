"""What can go wrong between a page and the engine. Each text is a sentence that a person understands."""


class EngineError(RuntimeError):
    """The engine could not do what was asked; the text says why and what to do. `status` is its HTTP status."""

    status = 500


class BadRequest(EngineError):
    """An unknown model or operation, or arguments that the operation refuses."""

    status = 400


class BrokenCheckpoint(EngineError):
    """The weights are missing or damaged."""

    status = 424


class Superseded(EngineError):
    """The same session asked for something newer before this had begun."""

    status = 409


class Busy(EngineError):
    """The queue is full."""

    status = 503


class EngineDown(EngineError):
    """The engine process is not there, or went away in the middle of a call."""

    status = 502


BY_STATUS = {kind.status: kind for kind in (EngineError, BadRequest, BrokenCheckpoint, Superseded, Busy, EngineDown)}
