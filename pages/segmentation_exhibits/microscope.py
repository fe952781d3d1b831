"""Microscope: a network as a drawing; a block's maps, what one value sees of the picture, and the sum behind it."""

from types import SimpleNamespace

import streamlit as st

from pages.block_exhibits import address
from pages.components.assets import newest
from pages.components.u_diagram import u_diagram
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.segmentation_exhibits import microscope_looks as looks
from pages.segmentation_exhibits.microscope_place import Place, from_hand, from_text, settled
from pages.segmentation_exhibits.models import Model, choose_model, choose_side
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

KEY, TEXT = "microscope", "look"


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        chosen = choose_picture()
        model = choose_model()
    if model is None:
        view.image(chosen.picture)
        return
    with controls:
        model = choose_side(model, chosen)
        blocks = looks.blocks(model, *chosen.picture.shape[:2])
        place, answered = where(blocks)
    with timed():
        maps, _ = looks.maps(model, chosen.digest, place.block, chosen.picture)
        place = settled(place, maps)
        sum_of = worked_out(model, chosen, place, blocks)
        with view:
            u_diagram(
                key=KEY, answered=answered, value=vars(place), blocks=[vars(block) for block in blocks],
                shown=looks.thumbs(model, chosen), photo=looks.photo(chosen), size=chosen.picture.shape[:2],
                sheet=looks.sheet(model, chosen, place.block), sum_of=sum_of,
            )  # fmt: skip
    with controls:
        st.caption("Click a block, then a map, then a value. Hovering over the map shows what a value sees.")
        name = f"{chosen.name}-{model.name}-{place.block}"
        with st.container(horizontal=True):
            png_button("Map PNG", lambda: looks.levelled(maps)[0][place.channel], f"{name}-{place.channel}", 4)
            npz_button("Maps NPZ", name, maps=maps)
    lesson(place, blocks, looks.fields(model, chosen.picture.shape[:2], place.block, *maps.shape[1:]), sum_of)


def where(blocks: list[SimpleNamespace]) -> tuple[Place, int | None]:
    """The place that is looked at: what a hand chose last, else what the field or the address says."""
    shapes = {block.name: tuple(block.shape) for block in blocks}
    kept = from_text(st.session_state.get(TEXT, st.query_params.get(TEXT, "")), shapes)
    value, answered = newest(KEY, vars(kept))
    place = from_hand(value, shapes)
    hint = "A block, and if you like the map, row and column of a value in it."
    address.field("Block, map, row, column", TEXT, place.text, hint)
    return place, answered


def worked_out(model: Model, chosen: Chosen, place: Place, blocks: list[SimpleNamespace]) -> dict | None:
    """The sum behind a value; None in a block without a convolution."""
    layers = next(block.layers for block in blocks if block.name == place.block)
    if not any(layer.startswith("convolution") for layer in layers):
        return None
    return looks.arithmetic(model, chosen.digest, place, chosen.picture)


def lesson(place: Place, blocks: list[SimpleNamespace], fields: dict[str, list], sum_of: dict | None) -> None:
    """What goes down, what comes up, and the sum with its numbers."""
    left, right = st.columns(2, gap="large")
    top, bottom = fields["rows"][place.row]
    start, end = fields["columns"][place.column]
    seen = f"{bottom - top + 1} × {end - start + 1}"
    deepest = min(blocks, key=lambda block: block.shape[1])
    with left:
        st.markdown(
            "#### Down for *what*, up for *where*\n"
            f"On the way down every pooling halves the maps, so the same 3 × 3 window covers twice as much of the "
            f"picture: at **{deepest.name}** {deepest.shape[1]} × {deepest.shape[2]} places are left, each with "
            f"{deepest.shape[0]} numbers about what is around it. On the way up the places come back. What the "
            "poolings threw away is brought over by the skips, the dashed lines: next to a value that knows what is "
            "there stands one that knows exactly where its edge is."
        )
        if sum_of:
            channels, k, _ = sum_of["inputs"].shape
            st.latex(
                r"\textcolor{%s}{y} = \sum_{c=1}^{%d}\sum_{a,b=1}^{%d} \textcolor{%s}{w_{c,a,b}}\,x_{c,a,b} + b = "
                r"\underbrace{%s}_{%d\text{ products}} + %s = \textcolor{%s}{%s}"
                % (
                    roles.GENERATED, channels, k, roles.LATENT, f"{sum_of['total'] - sum_of['bias']:.3f}",
                    channels * k * k, f"{sum_of['bias']:.3f}", roles.GENERATED, f"{sum_of['total']:.3f}",
                )
            )  # fmt: skip
        st.caption(
            f"The value at row {place.row}, column {place.column} of {place.block} depends on {seen} pixels of the "
            "picture (cut off at its edge), and on no other: the box is walked backwards through all kernels, strides "
            "and dilations, and a test compares it with the gradient."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Point along the map of **encoder0**, then of the **bottleneck**: how does the box on the picture grow? "
            "A value can only know what is in its box.\n"
            "2. Is there a map that only knows edges? One that lights up on a person and nothing else? At which block "
            "does the first one appear?\n"
            "3. Click a value and read the bars: how many channels vote for it, how many against?\n"
            "4. Go to and fro between the two ends of one skip, **encoder1** and **decoder1**: the same size, the same "
            "place in the picture. Which of them knows edges, which one things?\n"
            "5. Add up the trained numbers: where does this network keep most of them?"
        )
        show_code("segmentation/networks.py", "UNet.features")
        show_code("segmentation/receptive_fields.py", "seen_by", "_walk")
