"""What the microscope asks of the engine, kept for this session while it is looked at."""

from types import SimpleNamespace

import numpy as np
import streamlit as st
from PIL import Image

from engine import client, pictures
from pages.components.frame_player import sheet_columns, sprite_sheet
from pages.components.u_diagram import Sheet
from pages.kit import shown
from pages.segmentation_exhibits.colours import rgb
from pages.segmentation_exhibits.microscope_place import Place
from pages.segmentation_exhibits.models import Model, see, shown_picture
from pages.segmentation_exhibits.pictures import Chosen

THUMB = 96


@st.cache_data(max_entries=32, show_spinner=False)
def blocks(model: Model, height: int, width: int) -> list[SimpleNamespace]:
    """Every block of a network for pictures of that size; see `engine.segmentation.microscope.Block`."""
    return client.engine().call(model.name, "blocks", height=height, width=width, side=model.side)


def thumbs(model: Model, chosen: Chosen) -> dict[str, np.ndarray]:
    """What to draw for each block: the map that varies most, and the mask for the head."""
    return _overview(model, chosen.digest, chosen.picture) | {"head": mask(model, chosen)}


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _overview(model: Model, digest: str, _picture: np.ndarray) -> dict[str, np.ndarray]:
    return client.engine().call(model.name, "overview", picture=_picture, largest=THUMB, side=model.side)


def mask(model: Model, chosen: Chosen) -> np.ndarray:
    """The classes in their colours, small, uint8 (h, w, 3)."""
    classes = Image.fromarray(see(model, chosen).classes)
    classes.thumbnail((2 * THUMB, 2 * THUMB), Image.Resampling.NEAREST)
    return np.array([rgb(colour) for colour in model.colours], np.uint8)[np.asarray(classes)]


@st.cache_data(max_entries=12, show_spinner=False, scope="session")
def maps(model: Model, digest: str, block: str, _picture: np.ndarray) -> tuple[np.ndarray, list[float]]:
    """The maps of a block, float16 (C, h, w), and where in them the picture lies: shares of height and width."""
    answer = client.engine().call(model.name, "features", picture=_picture, block=block, side=model.side)
    return answer["maps"], list(answer["inner"])


@st.cache_data(max_entries=32, show_spinner=False)
def fields(model: Model, size: tuple[int, int], block: str, rows: int, columns: int) -> dict[str, list]:
    """First and last row and column that each value of a block sees of pictures of that size."""
    found = client.engine().call(
        model.name, "receptive_fields", height=size[0], width=size[1], block=block, rows=rows, columns=columns,
        side=model.side,
    )  # fmt: skip
    return {axis: ends.tolist() for axis, ends in found.items()}


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def arithmetic(model: Model, digest: str, place: Place, _picture: np.ndarray) -> dict:
    """The convolution behind a value; see `engine.segmentation.microscope.Arithmetic`."""
    return client.engine().call(
        model.name, "arithmetic", picture=_picture, block=place.block, channel=place.channel, row=place.row,
        column=place.column, side=model.side,
    )  # fmt: skip


def photo(chosen: Chosen) -> str:
    """Where a browser finds the picture."""
    return shown.url(
        (chosen.digest, "microscope"), "image/png", lambda: pictures.to_png(shown_picture(chosen.picture), 1)
    )


def sheet(model: Model, chosen: Chosen, block: str) -> Sheet:
    """All maps of a block as the component takes them."""
    found, inner = maps(model, chosen.digest, block, chosen.picture)
    greys, low, high = levelled(found)
    key = (model.name, str(model.side), chosen.digest, block)
    count, height, width = found.shape
    return Sheet(
        url=shown.url(key, "image/png", lambda: sprite_sheet(greys, "-".join(key))),
        block=block,
        columns=sheet_columns(greys),
        count=count,
        height=height,
        width=width,
        low=low,
        high=high,
        inner=inner,
        fields=fields(model, chosen.picture.shape[:2], block, height, width),
    )


def levelled(maps: np.ndarray) -> tuple[np.ndarray, list[float], list[float]]:
    """Maps (C, h, w) as greys uint8, each from its least value, black, to its largest; and those two of each."""
    maps = maps.astype(np.float32)
    low, high = maps.min((1, 2)), maps.max((1, 2))
    spread = np.maximum(high - low, 1e-6)
    greys = np.rint(255 * (maps - low[:, None, None]) / spread[:, None, None]).astype(np.uint8)
    return greys, [round(float(value), 5) for value in low], [round(float(value), 5) for value in high]
