"""A photo with layers over it and a cross that a hand moves: what components that look into a photo share."""

PARTS = ("block_desk", "photo_stage")
"""For `assets.component`; pixels are read as on the desk."""


def stage(label: str, *layers: str) -> str:
    """The markup: a photo under canvases of the given class names; `label` says to screen readers what it is for."""
    canvases = "".join(f'<canvas class="layer {name}"></canvas>' for name in layers)
    return (
        f'<div class="stage" data-testid="stage" tabindex="0" role="application" aria-label="{label} Arrow keys move '
        f'the cross, with shift in big steps."><img class="photo" alt="">{canvases}<i class="cross" hidden></i></div>'
    )
