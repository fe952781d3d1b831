"""Why is it black? From logits to a mask, on pictures that were spoilt on purpose, and what is wrong in words."""

import re

import numpy as np
import streamlit as st

from engine import cards
from engine.segmentation.diagnosis import Finding, Training, of_cures, of_mask, of_picture
from engine.segmentation.spoiling import SPOILT
from pages.components.threshold_view import Cut, logits_url, threshold_view
from pages.segmentation_exhibits.black_cures import FEW, cures, show_cures, show_statistics, wanted
from pages.segmentation_exhibits.black_file import own_mask
from pages.segmentation_exhibits.black_lesson import lesson
from pages.segmentation_exhibits.models import Model, choose_model, choose_side, see, shown_size
from pages.segmentation_exhibits.photo_view import photo_url
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

WHOLE = "not broken"
CUT = re.compile(r"(0?\.\d{1,3})-(0?\.\d{1,4})-(0?\.\d{1,4})")


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        whole = choose_picture()
        model = choose_model(public=True)
        broken = st.selectbox(
            "Break it", [WHOLE, *SPOILT], list(SPOILT).index("dark") + 1, key="broken", bind="query-params",
            help="What goes wrong on the way to a network, done to this picture before the network sees it.",
        )  # fmt: skip
    if model is None:
        view.image(whole.picture)
        return
    chosen = spoilt(whole, broken)
    with controls:
        model = choose_side(model, whole)
        target, targets = choose_target(model)
    seen = see(model, chosen, logits=True)
    with view:
        cut = threshold_view(
            key="black", photo=photo_url(chosen), size=shown_size(chosen.picture), logits=logits_url(seen.logits),
            classes=model.labels.names, colours=model.colours, targets=targets, target=target, cut=kept_cut(),
        )  # fmt: skip
    keep(cut)
    p = wanted(seen, targets)
    training = trained_on(model)
    troubles = of_picture(chosen.picture, training)
    with controls:
        verdict([*troubles, of_mask(p, cut.threshold, target)])
        own_mask(model.labels.names)
    lower_half(model, chosen, targets, p, training, bool(troubles))
    lesson(model, seen, p, cut.threshold, target)


def spoilt(whole: Chosen, broken: str) -> Chosen:
    """The picture as the network gets it."""
    if broken == WHOLE:
        return whole
    return Chosen(f"{whole.name}-{broken.replace(' ', '-').replace('÷', 'by')}", SPOILT[broken](whole.picture))


def choose_target(model: Model) -> tuple[str, list[int]]:
    """What the mask should show, and the classes that count as that."""
    names = model.labels.names
    together = "anything but background" if model.labels.background else None
    options = [together, *names[1:]] if together and len(names) > 2 else list(names[int(bool(together)) :])
    first = options.index("car") if "car" in options and not together else 0
    chosen = st.selectbox("White is", options, first, key=f"target-{model.name}")
    return (chosen, model.things) if chosen == together else (chosen, [names.index(chosen)])


def kept_cut() -> Cut:
    """Threshold and pixel of this session, at first those in the address."""
    match = CUT.fullmatch(st.query_params.get("cut", ""))
    return st.session_state.get("threshold-cut") or (Cut(*map(float, match.groups())) if match else Cut())


def keep(cut: Cut) -> None:
    """Remember them, and write them into the address if they are not those the page opens with."""
    st.session_state["threshold-cut"] = cut
    if cut != Cut():
        st.query_params["cut"] = "-".join(f"{min(max(value, 0.001), 0.999):.3f}" for value in cut)
    elif "cut" in st.query_params:
        del st.query_params["cut"]


def trained_on(model: Model) -> Training | None:
    """The statistics of the training pictures beside the weights, if they are there."""
    if model.public:
        return None
    arrays = cards.derived(model.name)
    return Training(*(arrays[name].astype(np.float64) for name in ("histogram", "mean", "std")))


def verdict(findings: list[Finding]) -> None:
    """What is the matter, in words."""
    st.markdown("##### What is wrong")
    for finding in findings:
        box = st.success if finding.name == "not black" else st.warning
        box(f"**{finding.name.capitalize()}.** {finding.text} {finding.cure}")


def lower_half(
    model: Model, chosen: Chosen, targets: list[int], p: np.ndarray, training: Training | None, troubled: bool
) -> None:
    """Input statistics against training's, and what a change of the picture would do."""
    left, right = st.columns(2, gap="large")
    with left:
        show_statistics(chosen.picture, training)
    with right:
        found = float((p > 0.5).mean())
        st.markdown("#### What would help?")
        if found < FEW or troubled or st.toggle("Try the cures on this one too", key="cures", bind="query-params"):
            cured = cures(model, chosen, targets)
            show_cures(cured)
            helps = of_cures(found, {name: share for name, (_, share) in cured.items()})
            for finding in helps:
                st.markdown(f"**{finding.name.capitalize()}.** {finding.text} {finding.cure}")
            if not helps:
                st.markdown("None of them lets the network find far more: look at the picture itself, or at the model.")
        else:
            st.caption("The cures are tried by themselves where the picture is unusual or nearly nothing is found.")
