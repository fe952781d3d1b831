"""Three networks of equal training on one picture: coarse scores enlarged, dilated convolutions, and the U-Net."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from engine import cards, pictures
from engine.segmentation.agreement import agreement
from pages.components.lens_lanes import Lane, lens_lanes
from pages.kit import roles, shown
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.segmentation_exhibits import microscope_looks as looks
from pages.segmentation_exhibits.horse import pasted_horse
from pages.segmentation_exhibits.models import Model, Seen, nothing_here, ours, see
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

TITLES = {
    "fcn-horses": "FCN, 2015",
    "dilated-horses": "Dilated, 2016",
    "unet-horses": "U-Net, 2015",
}
"""In the order of the lecture."""


@dataclass(frozen=True)
class Looked:
    """A network with what it sees: it decides at `places` rows and columns, of which `inner` lies on the picture, and
    a value in the middle depends on `field` rows and columns of it."""

    model: Model
    seen: Seen
    places: tuple[int, int]
    inner: tuple[float, float, float, float]
    field: tuple[int, int]


def render() -> None:
    """The view."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        chosen, truth = choose()
    here = {name: model for name, model in ours().items() if name in TITLES}
    with view:
        say_what_is_missing(here)
        looked = {name: look(here[name], chosen) for name in TITLES if name in here}
        lanes = [lane(name, each, chosen) for name, each in looked.items()]
        lens_lanes(
            key="lens", photo=looks.photo(chosen), size=chosen.picture.shape[:2], lanes=lanes,
            truth=truth_url(chosen, truth),
        )  # fmt: skip
        if looked:
            st.markdown(table(looked, truth))
    with controls:
        if looked:
            arrays = {name.replace("-", "_"): each.seen.probabilities for name, each in looked.items()}
            npz_button("Probabilities NPZ", f"{chosen.name}-history", picture=chosen.picture, **arrays)
    lesson(looked)


def choose() -> tuple[Chosen, np.ndarray | None]:
    """The pasted horse with its true mask, or any other picture, whose mask nobody knows."""
    horse = st.toggle("The horse", True, key="horse", bind="query-params", help="Pasted, so that its outline is known.")
    if horse:
        return pasted_horse()
    return choose_picture("cat"), None


def say_what_is_missing(here: dict[str, Model]) -> None:
    """A sentence if not all three are there."""
    missing = [name for name in TITLES if name not in here]
    if len(missing) == len(TITLES):
        nothing_here("fcn")
    elif missing:
        st.info(
            f"Not trained yet: {', '.join(missing)}. `make train NAME={missing[0]}` makes it.",
            icon=":material/model_training:",
        )


def look(model: Model, chosen: Chosen) -> Looked:
    """What a network makes of the picture, and how finely it decides."""
    seen, size = see(model, chosen), chosen.picture.shape[:2]
    *_, last, head = looks.blocks(model, *size)
    _, rows, columns = last.shape
    margins = [(full - inner) // 2 for full, inner in zip(head.shape[1:], seen.probabilities.shape[1:], strict=True)]
    starts = [margin / full for margin, full in zip(margins, head.shape[1:], strict=True)]
    ends = [
        (margin + inner) / full
        for margin, inner, full in zip(margins, seen.probabilities.shape[1:], head.shape[1:], strict=True)
    ]
    fields = looks.fields(model, size, last.name, rows, columns)
    (top, bottom), (left, right) = fields["rows"][rows // 2], fields["columns"][columns // 2]
    return Looked(model, seen, (rows, columns), (*starts, *ends), (bottom - top + 1, right - left + 1))


def lane(name: str, looked: Looked, chosen: Chosen) -> Lane:
    """A network's answer as the component takes it."""
    found = 255 - looked.seen.probabilities[0]
    url = shown.url((name, chosen.digest, "lane"), "image/png", lambda: pictures.to_png(found, 3))
    note = f"decides at {looked.places[0]} × {looked.places[1]} places"
    return Lane(TITLES[name], note, url, looked.places, looked.inner)


def truth_url(chosen: Chosen, truth: np.ndarray | None) -> str:
    """Where a browser finds the true mask; nothing where nobody knows it."""
    if truth is None:
        return ""
    return shown.url((chosen.digest, "truth"), "image/png", lambda: pictures.to_png(truth))


def table(looked: dict[str, Looked], truth: np.ndarray | None) -> str:
    """Size, reach and quality of the networks, as Markdown, a column each."""
    facts = [facts_of(name, each, truth) for name, each in looked.items()]
    lines = [["", *(TITLES[name] for name in looked)], ["---", *("--:" for _ in looked)]]
    lines += [[label, *(fact[label] for fact in facts)] for label in facts[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def facts_of(name: str, looked: Looked, truth: np.ndarray | None) -> dict[str, str]:
    """What the table says of one network."""
    card = cards.read(name)
    measured = card.metrics.get("iou_horse")
    return {
        "trained numbers": f"{card.parameters:,}",
        "decides at": f"{looked.places[0]} × {looked.places[1]}",
        "a value sees": f"{looked.field[0]} × {looked.field[1]}",
        "IoU of horses, test pictures": f"{measured.value:.3f}" if measured else "–",
        "IoU on this picture": "–" if truth is None else f"{here_iou(looked.seen, truth):.3f}",
    }


def here_iou(seen: Seen, truth: np.ndarray) -> float:
    """IoU of what was found, all things together, with the true mask (H, W) of the picture."""
    rows, columns = seen.classes.shape
    true = Image.fromarray(truth).resize((columns, rows), Image.Resampling.NEAREST)
    return float(agreement((seen.classes > 0).astype(np.uint8), np.asarray(true, np.uint8), 2)[1])


def lesson(looked: dict[str, Looked]) -> None:
    """What each of the three found, and what it cost."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### The same classifier, three ways back to pixels\n"
            "**FCN** turns a classifier's last layers into 1 × 1 convolutions, so that it gives a coarse map of scores "
            "for a picture of any size, and enlarges that: it knows what is there, and only roughly where. **Dilated** "
            "convolutions never go that coarse. Their kernels grow by holes instead, so a value sees far while the map "
            "stays fine; every map is large, and that costs time. The **U-Net** goes down all the way and comes back, "
            "fetching the lost places over its skips."
        )
        if coarse := looked.get("fcn-horses"):
            top, start, bottom, end = coarse.inner
            rows, columns = coarse.places[0] * (bottom - top), coarse.places[1] * (end - start)
            st.latex(
                r"\text{FCN: one score for }\ \frac{1}{%.1f} \times \frac{1}{%.1f} = "
                r"\textcolor{%s}{\frac{1}{%.0f}}\ \text{ of the picture}"
                % (rows, columns, roles.GENERATED, rows * columns)
            )
        st.caption(
            "All three were trained on the same pictures with the same budget, and all take 2 × 2 pixels at once to be "
            "fast on a CPU. They know horses and nothing else: on any other picture, look at what they take for one."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Put the lens on the legs: which of the three can show two of them apart?\n"
            "2. Switch on the places where it decides. Every edge of the FCN runs along a straight line between two of "
            "its few scores.\n"
            "3. *Probability*: where is each network unsure, and is it right to be?\n"
            "4. Look at the table: the dilated network sees farther than the FCN, with maps four times as fine. What "
            "does it not have that the U-Net has?\n"
            "5. Switch the horse off and bring a picture with none in it."
        )
        show_code("segmentation/networks.py", "FullyConvolutional.features", "Dilated.features", "UNet.features")
