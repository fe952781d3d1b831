"""Colour follows the role, everywhere: Okabe and Ito's palette, safe for colour-blind eyes."""

REAL = "#009E73"
GENERATED = "#E69F00"
LATENT = "#0072B2"
NOISE = "#999999"
GRADIENT = "#CC79A7"
ANOMALY = "#D55E00"
TEXT = "#56B4E9"

# Ten classes need more hues than Okabe and Ito give: Tol's muted palette, his grey made visible on dark ground.
CLASSES = (
    "#CC6677", "#4477AA", "#DDCC77", "#117733", "#88CCEE", "#AA4499", "#44AA99", "#999933", "#882255", "#8C8C8C",
)  # fmt: skip


def rgba(colour: str, opacity: float) -> str:
    """A hexadecimal colour as CSS `rgba(…)`."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
