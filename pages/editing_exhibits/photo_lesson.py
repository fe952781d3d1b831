"""The lesson under an edited photo: what a mask does, pixel by pixel."""

import numpy as np
import streamlit as st

from pages.editing_exhibits.deeds import Deed
from pages.kit.code import show_code

FORMULAS = {
    "cut": r"(I, \alpha)",
    "blur": r"\alpha\, I + (1-\alpha)\; \frac{G_\sigma * \big((1-\alpha)\, I\big)}{G_\sigma * (1-\alpha)}",
    "replace": r"\alpha\, I + (1-\alpha)\, B",
    "dye": r"(1 - s\alpha)\, I + s\alpha\; \frac{Y}{\bar Y}\, \text{dye}",
    "remove": r"(1-\alpha)\, I + \alpha\, u,\qquad \Delta^2 u = 0 \text{ where } \alpha = 1",
}
WORDS = {
    "cut": "The mask becomes a fourth channel, and nothing else of the photo changes.",
    "blur": "The blur G looks at the background alone, each pixel weighted with its share of it, so that the subject "
    "leaves no halo of its own colours.",
    "replace": "Where α is between 0 and 1, at hair and soft edges, both pictures shine through.",
    "dye": "The dye is multiplied with how much brighter or darker a pixel's luma Y is than the mean of what is dyed, "
    "so folds and shadows stay.",
    "remove": "Inside the hole stands the smoothest surface that meets the edge without a kink: a biharmonic function. "
    "It continues tones and gradients and knows no texture; on a lawn one sees where it was.",
}


def lesson(deed: Deed, base: np.ndarray, mask: np.ndarray, strokes: int) -> None:
    """What a mask is good for, with this photo's numbers."""
    left, right = st.columns(2, gap="large")
    opaque, soft = (mask == 255).mean(), ((mask > 0) & (mask < 255)).mean()
    turned = (np.abs(mask.astype(int) - base) > 127).mean()
    with left:
        st.markdown(
            "#### One number a pixel decides\n"
            "A mask α says of each pixel how much of it belongs: 1 wholly, 0 not at all. The network gives a first "
            "guess from what it has learned; the hand knows better and says where."
        )
        st.latex("I' = " + FORMULAS[deed.name])
        st.markdown(WORDS[deed.name])
        st.markdown(
            f"Here α is 1 in **{100 * opaque:.1f} %** of the pixels and something between in **{100 * soft:.1f} %**. "
            f"Your {strokes} stroke{'s' * (strokes != 1)} turned **{100 * turned:.2f} %** of them round."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Cut out, then look along the outline: take away with the eraser what is too much, and brush in what is "
            "missing. Space and the arrow keys paint too.\n"
            "2. Download it and look at the edge at full size: which part of it did the network draw, which one you?\n"
            "3. *Recolour* a garment, then brush over a hand: what makes a dye look painted on?\n"
            "4. *Remove* a small thing on a smooth ground, then one on a pattern. Why does the second one show?\n"
            "5. The same hole in *Restore*: a network that has seen only this one photo fills it. Does it do better?"
        )
        show_code(*deed.code)
        show_code("editing/strokes.py", "painted")
