"""Why is it black? What picture, probabilities and threshold say about a mask that shows nothing. NumPy only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.segmentation.spoiling import LUMA

LEAST = 0.001
"""A mask with a smaller white part looks black."""
FAINT = 0.2
"""Below this probability everywhere, the network has no suspicion at all."""
FLAT = 2 / 255
SMALL = 48
"""A shorter side of so many pixels leaves little to recognise."""
DARK, PALE = 0.35, 0.3
"""Too dark is less than this part of the training pictures' mean; too pale, of their spread."""
BETTER = 3.0
"""A cure helps if it finds so many times as much, and a hundredth of the picture more."""


@dataclass(frozen=True)
class Training:
    """What training pictures look like: `histogram` (3, bins), shares that sum to 1, `mean` and `std` (3,) in 0…1."""

    histogram: np.ndarray
    mean: np.ndarray
    std: np.ndarray


@dataclass(frozen=True)
class Finding:
    """One reason under a short name, what is the matter, and what to do."""

    name: str
    text: str
    cure: str


def histogram(picture: np.ndarray, bins: int) -> np.ndarray:
    """Shares of the values of red, green and blue of uint8 (H, W, 3), float64 (3, bins)."""
    counts = [np.histogram(picture[..., channel], bins, (0, 256))[0] for channel in range(3)]
    return np.array(counts) / (picture.size / 3)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """The earth mover's distance of two histograms (3, bins), in parts of the range 0…1, mean over the channels."""
    return float(np.abs(np.cumsum(one - other, 1)).mean())


def of_picture(picture: np.ndarray, training: Training | None) -> list[Finding]:
    """What is unusual about a picture uint8 (H, W, 3) before any network sees it."""
    values = picture / 255
    mean, spread, found = float(values.mean()), float((values @ LUMA).std()), []
    height, width = picture.shape[:2]
    if picture.max() == 0:
        return [Finding("empty", "Every value is 0: the picture itself is black.", "Look at how it was read.")]
    if picture.max() == 1:
        return [
            Finding(
                "divided twice",
                "Every value is 0 or 1 of 255. Such a picture was in 0…1 already and was divided by 255 once more, or "
                "floats were cut to whole numbers.",
                "Scale once: 0…255 to 0…1 as floats, then nothing more.",
            )
        ]
    if spread < FLAT:
        found.append(Finding("flat", "All pixels have about the same grey: nothing stands out.", "Another picture."))
    elif training is not None and mean < DARK * training.mean.mean():
        found.append(
            Finding(
                "too dark",
                f"Its mean is {mean:.2f}, that of the training pictures {training.mean.mean():.2f}: the network never "
                "saw anything so dark.",
                "Raise the exposure, or stretch the values to 0…255.",
            )
        )
    elif training is not None and spread < PALE * training.std.mean():
        found.append(
            Finding(
                "too pale",
                f"Its values spread by {spread:.2f}, those of the training pictures by {training.std.mean():.2f}: the "
                "filters were made for stronger edges.",
                "Raise the contrast.",
            )
        )
    if min(height, width) < SMALL:
        found.append(
            Finding(
                "too small",
                f"It has {width} × {height} pixels. Enlarged to the network's size it is a blur: nothing was ever seen "
                "so soft in training.",
                "Use the picture that this one was made from.",
            )
        )
    return found


def of_mask(p: np.ndarray, threshold: float, thing: str) -> Finding:
    """What the probabilities (h, w) of `thing` and the threshold make of it."""
    most, white = float(p.max()), float((p > threshold).mean())
    if white >= 1 - LEAST:
        return Finding("all white", f"Every pixel is above the threshold of {threshold:.2f}.", "Raise the threshold.")
    if white >= LEAST:
        text = f"{100 * white:.1f} % of the pixels are above the threshold of {threshold:.2f}."
        return Finding("not black", text, "Whether it is the right part, only a look can say.")
    if most < FAINT:
        return Finding(
            "nothing there",
            f"The network has no suspicion: nowhere is {thing} likelier than {most:.2f}. Either none is there, or it "
            "does not look like those in training.",
            "Compare the picture with the training data: another subject, angle, size, colour?",
        )
    if most <= threshold:
        return Finding(
            "below the threshold",
            f"The largest probability is {most:.2f}, and {threshold:.2f} is asked for: no pixel passes.",
            f"Lower the threshold: at {max(0.01, most / 2):.2f}, {100 * (p > most / 2).mean():.1f} % would be white.",
        )
    return Finding(
        "a speck",
        f"Only {100 * white:.2f} % of the pixels are above the threshold of {threshold:.2f}: too few to be seen.",
        f"Lower the threshold: at {threshold / 2:.2f}, {100 * (p > threshold / 2).mean():.1f} % would be white.",
    )


def of_cures(found: float, cured: Mapping[str, float]) -> list[Finding]:
    """Which change of the picture lets the network find far more of it than the share `found`."""
    helps = [name for name, share in cured.items() if share > BETTER * found and share > found + 0.01]
    return [
        Finding(
            f"finds more: {name}",
            f"{100 * cured[name]:.1f} % instead of {100 * found:.1f} %.",
            "Look at where: more need not be right.",
        )
        for name in sorted(helps, key=lambda name: -cured[name])[:2]
    ]


def of_file(mask: np.ndarray, names: Sequence[str] = ()) -> Finding:
    """What a mask that somebody saved, uint8 (H, W[, 3]), really holds."""
    levels = np.unique(mask)
    most, listed = int(levels[-1]), ", ".join(map(str, levels[:12])) + (" …" if len(levels) > 12 else "")
    if most == 0:
        return Finding("really black", "Every value is 0: the mask is empty.", "Look at the probabilities before them.")
    if most <= 40 and len(levels) <= 41:
        known = f" ({', '.join(names[i] for i in levels if i < len(names))})" if most < len(names) else ""
        return Finding(
            "class numbers",
            f"It is not empty. Its values are {listed}{known}: class numbers, and {most} of 255 looks black.",
            f"Multiply by 255 / {most}, or give each number a colour.",
        )
    if most <= 60:
        return Finding("dark", f"Its largest value is {most} of 255.", f"Multiply by 255 / {most}.")
    bright = float((mask > 127).mean())
    return Finding("visible", f"Its values go up to {most}; {100 * bright:.1f} % are bright.", "Nothing to mend.")
