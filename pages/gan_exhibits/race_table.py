"""The measured table of the race, ten seeds a method, beside the published figures."""


def render(toy: str) -> None:
    """The table of a toy, if it was measured."""
