"""The lesson under a person's photo: a class for each pixel, and how sure the network is of it."""

import streamlit as st

from engine import cards
from pages.kit import roles
from pages.kit.code import show_code
from pages.segmentation_exhibits.models import Model, Seen

SURE, UNSURE = 230, 153
"""p · 255 of 0.9 and of 0.6."""
FIGURES = {
    "iou_person": "IoU of person, test photos, one look",
    "iou_person_averaged": "IoU of person, test photos, several looks",
    "iou_person_elsewhere": "IoU of person, pasted into other scenes",
    "miou": "mean IoU, test photos",
    "dice": "Dice, test photos",
    "false_person": "taken for a person where nobody is, one look",
    "false_person_averaged": "taken for a person where nobody is, several looks",
    "miou_unseen_pairs": "mean IoU, colours and shapes never seen together",
}


def lesson(model: Model, seen: Seen) -> None:
    """What a mask is, with this picture's numbers."""
    left, right = st.columns(2, gap="large")
    with left:
        classification(model, seen)
        figures(model)
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Move over the photo: where do two classes share the probability? Follow the outline.\n"
            "2. Pull the divider, hide a class, turn the opacity up: which part of you does it miss?\n"
            "3. Bring a photo of two people, one of a hand close up, one of a dog: what did training never show?\n"
            "4. *Edges from the photo* on and off, at the hair: what does the filter know that the mask does not?\n"
            "5. Dye a garment, then look where the colour leaks: that is the IoU you cannot read from a number.\n"
            "6. *Seen at*: twice as large, and the astronaut is gone. At which size does it see the whole of you?\n"
            "7. A public network on the same photo: other classes, other mistakes."
        )
        show_code("segmentation/operations.py", "segment")
        show_code("segmentation/refining.py", "guided")


def classification(model: Model, seen: Seen) -> None:
    """Segmentation is classification, once a pixel."""
    best = seen.probabilities.max(0)
    st.markdown(
        "#### A class for every pixel\n"
        f"The network gives each pixel {len(model.labels)} numbers, one a class; softmax makes them probabilities and "
        "the largest wins. Nobody asks the pixels whether they agree with each other: that they do is what the network "
        "has learned."
    )
    st.latex(
        r"\begin{aligned}p_{k}(i,j) &= \frac{e^{\,\ell_k(i,j)}}{\sum_{m=1}^{%d} e^{\,\ell_m(i,j)}}\\[1ex]"
        r"\textcolor{%s}{\hat y(i,j)} &= \arg\max_k\, p_k(i,j)\end{aligned}" % (len(model.labels), roles.GENERATED)
    )
    st.markdown(
        f"Here it is sure (p > 0.9) of **{100 * (best > SURE).mean():.1f} %** of the pixels and unsure (p < 0.6) of "
        f"**{100 * (best < UNSURE).mean():.1f} %**: move over the photo to find where."
    )


def figures(model: Model) -> None:
    """How good it is on photos that it never saw, from its card."""
    if model.public:
        return
    card = cards.read(model.name)
    rows = [
        f"| {title} | {100 * card.metrics[name].value:.1f} % | {card.metrics[name].samples:,} |"
        for name, title in FIGURES.items()
        if name in card.metrics
    ]
    if rows:
        st.markdown("\n".join(["| held-out | share | pictures |", "|---|---|---|", *rows]))
    st.caption(f"{card.limits} {100 * card.steps_done / card.steps_full:.0f} % of the training that its recipe wants.")
