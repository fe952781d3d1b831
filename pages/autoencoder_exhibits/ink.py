"""How the "Why variational" exhibit writes: an empty figure, a stroke, and numbers as a blackboard shows them."""

import numpy as np
import plotly.graph_objects as go

from pages.kit.roles import LATENT, NOISE

CLEAR = "rgba(0,0,0,0)"
CHART = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}
STILL = {"displayModeBar": False}


def blank(height: int, title: str = "") -> go.Figure:
    """A transparent figure of `height` pixels without legend; a finger still scrolls the page over it."""
    return go.Figure(
        layout={
            "height": height,
            "title": {"text": title},
            "margin": {"l": 8, "r": 8, "t": 34, "b": 8},
            "showlegend": False,
            "dragmode": False,
            "modebar": {"bgcolor": CLEAR, "color": NOISE, "activecolor": LATENT},
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "xaxis": {"fixedrange": True, "showgrid": False, "zeroline": False},
            "yaxis": {"fixedrange": True, "zeroline": False},
        }
    )


def stroke(
    x: np.ndarray | list, y: np.ndarray | list, colour: str, width: float = 3, dash: str = "solid", **more
) -> go.Scatter:
    """A line that says nothing on hover."""
    line = {"color": colour, "width": width, "dash": dash}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", **more)


def dots(x: np.ndarray | list, y: np.ndarray | list, **marker) -> go.Scatter:
    """Markers that say nothing on hover."""
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip")


def plain(value: float) -> str:
    """A number in running text: four decimals, an exponent where they would hide it, ∞ where it is."""
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return (f"{value:.2e}" if _hidden(value) else f"{round(float(value), 4) + 0.0:.4f}").replace("-", "−")


def tex(value: float, colour: str = "") -> str:
    """As `plain`, in LaTeX and in a role's colour."""
    digits = plain(value).replace("−", "-").replace("∞", r"\infty")
    if _hidden(value):
        mantissa, exponent = digits.split("e")
        digits = rf"{mantissa}\!\cdot\!10^{{{int(exponent)}}}"
    return rf"\textcolor{{{colour}}}{{{digits}}}" if colour else f"{{{digits}}}"


def _hidden(value: float) -> bool:
    """Whether four decimals would show nothing of a number that is not nothing."""
    return 1e-300 < abs(value) < 5e-5
