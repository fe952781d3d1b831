"""The lesson of the black mask: five steps from a picture to black and white, and where each goes wrong."""

import numpy as np
import streamlit as st

from pages.kit import roles
from pages.kit.code import show_code
from pages.segmentation_exhibits.models import Model, Seen


def lesson(model: Model, seen: Seen, p: np.ndarray, threshold: float, target: str) -> None:
    """From numbers to black and white, with this picture's numbers."""
    left, right = st.columns(2, gap="large")
    row, column = np.unravel_index(int(p.argmax()), p.shape)
    logits = seen.logits[:, row, column].astype(np.float64)
    best = int(logits.argmax())
    with left:
        st.markdown(
            "#### Five places to lose a mask\n"
            "1. **The input.** Networks know the numbers they were trained on: same range, same order of channels, "
            "same size of things.\n"
            "2. **The logits.** Any real numbers; they are no probabilities, and 0 is nothing special with more than "
            "two classes.\n"
            "3. **Softmax.** Turns differences of logits into probabilities.\n"
            "4. **The threshold.** A rare class may never reach ½, and still be the likeliest.\n"
            "5. **The file.** Class numbers 0…K − 1 saved as grey levels look black; so do floats in 0…1."
        )
        st.latex(
            r"\begin{aligned}\textcolor{%s}{m(i,j)} &= \left[\,p(i,j) > t\,\right]\\[0.5ex]"
            r"p_{\text{%s}} &= \frac{e^{%.2f}}{%s} = %.3f\end{aligned}"
            % (
                roles.GENERATED,
                model.labels.names[best],
                logits[best],
                f"{np.exp(logits).sum():.4g}",
                np.exp(logits[best]) / np.exp(logits).sum(),
            )
        )
        st.caption(
            f"The numbers are those of row {row}, column {column}, where {target} is likeliest: {p.max():.3f}, and the "
            f"threshold is {threshold:.2f}."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. *Dark*: at which threshold does the person come back? What else comes with it?\n"
            "2. *Not broken*, and the dial at 0.99: which parts go first, and which last?\n"
            "3. *Class numbers, as saved*: is there anything on the black? Then × 255 / (K − 1).\n"
            "4. *BGR*, then *inverted*: which does the network mind more? It was trained with colours that jitter.\n"
            "5. *On its side*: the cures say what a photo's forgotten rotation mark costs.\n"
            "6. A cup of coffee for the people's network: black, and rightly so."
        )
        show_code("segmentation/diagnosis.py", "of_mask")
        show_code("segmentation/spoiling.py", "divided_twice", "swapped", "stretched")
