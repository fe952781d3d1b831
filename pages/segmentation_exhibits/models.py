"""Which networks can be chosen, ours and torchvision's, and what each sees in a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from engine import cards, client
from engine.segmentation.classes import LABELS, Labels, of_model
from engine.segmentation.public_names import PUBLIC, VOC
from pages.kit.fetching import watch
from pages.kit.footer import timed
from pages.segmentation_exhibits.colours import colours
from pages.segmentation_exhibits.pictures import Chosen

FIRST = ("unet-people", "unet-camvid", "unet-scenes", "unet-nuclei", "unet-membrane", "unet-horses")
KINDS = ("unet-", "fcn-", "dilated-")
LONG, SHORT = 1200, 300
"""A picture is shown with a long side of `LONG` pixels, or more where the short side would fall below `SHORT`."""
CLOSE_UPS = {"astronaut": 128}
"""Bundled pictures whose person fills them, and the long side at which she is as large as people in training."""
SIDES = (96, 128, 160, 192, 224, 256, 320, 448, 640)


@dataclass(frozen=True)
class Model:
    """A network by its `name`, with its classes; `public` if torchvision publishes it. `side` is the long side at which
    it sees pictures, 0 for their own; `twice` takes the mean over several sizes around that and over mirror images."""

    name: str
    title: str
    labels: Labels
    public: bool = False
    side: int = 0
    twice: bool = False

    @property
    def colours(self) -> list[str]:
        """`#rrggbb` by class."""
        return colours(self.labels.names, self.labels.background)

    @property
    def things(self) -> list[int]:
        """The classes that are more than background."""
        return [*range(int(self.labels.background), len(self.labels))]


@dataclass(frozen=True)
class Seen:
    """What a network sees in a picture: `classes` uint8 (H, W), as large as the picture is shown, and `probabilities`
    uint8 (K, h, w), p · 255, at the network's own size; `logits` float16 (K, h, w) if they were asked for."""

    classes: np.ndarray
    probabilities: np.ndarray
    logits: np.ndarray | None = None


def ours(*kinds: str) -> dict[str, Model]:
    """The networks in pretrained/ by name, those for people first; only those of the given kinds, if there are any."""
    names = [name for name in cards.names() if name.startswith(KINDS)]
    models = {}
    for name in sorted(names, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name)):
        card = cards.read(name)
        if card.family == "segmentation" and (not kinds or card.kind in kinds):
            models[name] = Model(name, card.title, of_model(card.config), side=card.config.get("side", 0))
    return models


def choose_model(*kinds: str, public: bool = False) -> Model | None:
    """The control, and the network that is chosen with it; None, with a sentence, if there is none.

    With `public` also those of torchvision, which are fetched when a person says so; until then one of ours stands in.
    """
    own = ours(*kinds)
    if not own and not public:
        nothing_here(*kinds)
        return None
    models = own | (of_torchvision() if public else {})
    chosen = st.selectbox(
        "Network", list(models), key="network", bind="query-params", format_func=lambda name: models[name].title,
        on_change=_onto_its_ground,
    )  # fmt: skip
    model = models[chosen]
    if not model.public:
        return model
    return model if fetched(model) else next(iter(own.values()), None)


def _onto_its_ground() -> None:
    """A network that knows drawn scenes alone begins with one."""
    if st.session_state["network"] == "unet-scenes":
        st.session_state["picture"] = "scene"


def nothing_here(*kinds: str) -> None:
    """What is missing, and how to make it."""
    name = next((name for name in ("unet-people", "fcn-horses") if name.startswith(kinds or KINDS)), "unet-people")
    st.info(
        f"No such network is in `pretrained/` yet. `make train NAME={name}` makes one; until then *Train now* makes a "
        "small one of drawn scenes while you watch.",
        icon=":material/model_training:",
    )


def of_torchvision() -> dict[str, Model]:
    """The public networks by name."""
    return {
        name: Model(name, f"{choice.title} (torchvision)", Labels("everyday things", VOC), public=True)
        for name, choice in PUBLIC.items()
    }


def fetched(model: Model) -> bool:
    """Whether a public network is on this machine; if not, a button that fetches it."""
    choice = PUBLIC[model.name]
    licence = f"{choice.licence}. Mean IoU {100 * choice.miou:.1f} % on COCO, as published."
    if model.name in client.engine().call("segmentation", "public_here"):
        st.caption(licence)
        return True
    st.caption(f"{choice.megabytes:g} MB to fetch, once. {licence} Until it is here, one of ours stands in.")
    if not st.button("Fetch it", type="primary", icon=":material/cloud_download:", width="stretch"):
        return False
    watch(client.engine().stream("segmentation", "fetch_public", name=model.name), f"Looking for {model.title}")
    return True


def choose_side(model: Model, chosen: Chosen) -> Model:
    """The network with the long side at which it sees the picture, its own at first, or less for a close-up."""
    if model.public or not model.side:
        return model
    close = chosen.name in CLOSE_UPS
    sides = sorted({*SIDES, model.side})
    side = st.select_slider(
        "Seen at, pixels", sides, CLOSE_UPS.get(chosen.name, model.side), key="side-close" if close else "side",
        bind="query-params",
        help="The long side of the picture as the network sees it. Nearer or further away, the same person has another "
        f"size in pixels, and a network knows only sizes that it was trained on. Its own is {model.side}.",
    )  # fmt: skip
    return replace(model, side=side)


def look_twice(model: Model) -> Model:
    """A network for people with or without test-time averaging."""
    if model.labels != LABELS["people"]:
        return model
    twice = st.toggle(
        "Look several times", True, key="twice", bind="query-params",
        help="The network sees the picture larger, smaller and in a mirror, and the mean of all it says counts: what "
        "one look got wrong by chance, the others outvote.",
    )  # fmt: skip
    return replace(model, twice=twice)


def shown_size(picture: np.ndarray) -> tuple[int, int]:
    """Rows and columns in which a picture (H, W, 3) is shown."""
    short, long = sorted(picture.shape[:2])
    share = min(1.0, max(LONG / long, SHORT / short))
    return max(1, round(picture.shape[0] * share)), max(1, round(picture.shape[1] * share))


def shown_picture(picture: np.ndarray) -> np.ndarray:
    """The picture in that size, uint8 (h, w, 3)."""
    rows, columns = shown_size(picture)
    if (rows, columns) == picture.shape[:2]:
        return picture
    return np.asarray(Image.fromarray(picture).resize((columns, rows), Image.Resampling.BICUBIC, reducing_gap=2.0))


def see(model: Model, chosen: Chosen, skips: Sequence[str] = (), logits: bool = False) -> Seen:
    """What a network makes of a picture. Raises `EngineError`."""
    with timed():
        return _see(model, chosen.digest, tuple(skips), logits, chosen.picture)


@st.cache_data(max_entries=24, show_spinner=False, scope="session")
def _see(model: Model, digest: str, skips: tuple[str, ...], logits: bool, _picture: np.ndarray) -> Seen:
    options: dict[str, Any] = {"picture": _picture, "size": shown_size(_picture), "logits": logits}
    if model.public:
        answer = client.engine().call("segmentation", "segment_public", name=model.name, **options)
    else:
        answer = client.engine().call(
            model.name, "segment", skips=list(skips), side=model.side, twice=model.twice, **options
        )
    return Seen(**answer)


def opacity(model: Model, chosen: Chosen, classes: Sequence[int], refined: bool = True) -> np.ndarray:
    """How opaque a cut-out of some classes is, uint8 (H, W), at the picture's own size. Raises `EngineError`."""
    if model.public:
        p = see(model, chosen).probabilities[list(classes)].sum(0, dtype=np.uint16)
        coarse = Image.fromarray(np.minimum(p, 255).astype(np.uint8))
        return np.asarray(coarse.resize(chosen.picture.shape[1::-1], Image.Resampling.BILINEAR))
    with timed():
        return _opacity(model, chosen.digest, tuple(classes), refined, chosen.picture)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _opacity(model: Model, digest: str, classes: tuple[int, ...], refined: bool, _picture: np.ndarray) -> np.ndarray:
    return cut_out(model, _picture, classes, refined)


def cut_out(model: Model, picture: np.ndarray, classes: Sequence[int], refined: bool) -> np.ndarray:
    """`opacity` with one of our networks, asked of the engine each time. Raises `EngineError`."""
    return client.engine().call(
        model.name, "cut_out", picture=picture, classes=list(classes), refined=refined, side=model.side,
        twice=model.twice,
    )  # fmt: skip
