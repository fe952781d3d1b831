"""Why this match: where in a picture the words find what they mean, and whether that can be believed."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from engine import client
from engine.clip import gallery as scene_gallery
from engine.clip.framing import squeezed
from engine.clip.library_encoders import Encoder
from engine.errors import BadRequest
from engine.scenes import draw
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.roles import ANOMALY, NOISE, TEXT
from pages.retrieval_exhibits.galleries import SUITS, TITLES, Gallery, choose_source, in_memory
from pages.retrieval_exhibits.models import choose_encoder, embedded_texts
from pages.retrieval_exhibits.relevance_views import cells, outlined, pictures_html, spotlight

WAYS = {"occlusion": "Occlusion", "places": "Places of the last layer"}
MEANS = {
    "occlusion": "A grey square covers one part after another; a part counts by how much the cosine falls without it.",
    "places": "The picture's vector is a mean over places, so its cosine is a sum over places: these are the summands.",
}
SIDE = 320
SHARES = np.linspace(0, 0.5, 9)
DICE = 3
SOURCES = ("scenes", "photos", "own")
WORDS = {"photos": "a cat", "own": "a dog"}


@dataclass(frozen=True)
class Subject:
    """The picture on show: uint8 (H, W, 3), what its file may be called, and, if it is a drawn scene, which."""

    picture: np.ndarray
    name: str
    scene: int | None = None


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="medium")
    with controls:
        source = choose_source("why-source", {name: TITLES[name] for name in SOURCES})
        encoder = choose_encoder(SUITS[source], f"model-{source}", ours_only=True)
        subject = choose_scene() if source == "scenes" else choose_photo(in_memory(source, encoder))
        how = st.radio("Measured by", list(WAYS), key="how", bind="query-params", format_func=WAYS.get)
        st.caption(MEANS[how])
    if subject is None:
        exhibit.info("Drop a picture into the field beside this.", icon=":material/upload:")
        return
    with exhibit:
        text, thing = said_of(subject, source)
        answer(subject, encoder, text, thing, how)
    lesson(how)


def choose_scene() -> Subject:
    """One of the drawn scenes, by its number in Search."""
    n = st.number_input("Scene", 0, scene_gallery.SIZE - 1, 363, key="why-scene", bind="query-params")
    image = draw(scene_gallery.scene(int(n)), SIDE).image
    return Subject(np.ascontiguousarray(image.transpose(1, 2, 0)), f"scene-{n}", int(n))


def choose_photo(gallery: Gallery) -> Subject | None:
    """One picture of a gallery; None while it has none."""
    if not len(gallery):
        return None
    first = 1 if gallery.source == "photos" else 0
    names = [f"{i + 1}. {item.name}" for i, item in enumerate(gallery.items)]
    chosen = st.selectbox("Picture", names, first, key=f"why-{gallery.source}", bind="query-params")
    return Subject(gallery.look(names.index(chosen)), gallery.items[names.index(chosen)].name)


def said_of(subject: Subject, source: str) -> tuple[str, int | None]:
    """The words to explain, and the number of the thing of a scene that they mean."""
    thing = None
    if subject.scene is not None:
        things = scene_gallery.scene(subject.scene).things
        names = [f"a {each.colour} {each.shape}".replace("a orange", "an orange") for each in things]
        thing = st.pills(
            "Things that are there", range(len(names)), default=0, required=True, format_func=names.__getitem__,
            key=f"why-thing-{subject.scene}",
        )  # fmt: skip
        start, key = names[thing], f"why-words-{subject.scene}-{thing}"
    else:
        start, key = WORDS[source] if source == "own" else subject.name, f"why-words-{subject.name}"
    return st.text_input("Words", start, key=key, max_chars=500, icon=":material/short_text:") or start, thing


def answer(subject: Subject, encoder: Encoder, text: str, thing: int | None, how: str) -> None:
    """The map beside the picture, what share of it is where it should be, and the test by covering."""
    picture = squeezed(subject.picture, encoder.side)
    with timed():
        relevance = measured(encoder.identity, picture, text, how)
        falls = covered(encoder.identity, picture, text, how)
    mask = None
    if subject.scene is not None:
        mask = draw(scene_gallery.scene(subject.scene), SIDE).instances == thing + 1
    square = squeezed(subject.picture, SIDE)
    views = [
        ("The picture" if mask is None else "The picture, and the thing", outlined(square, mask)),
        (f"Spotlight on “{text[:40]}”", spotlight(square, relevance)),
        ("The map itself", cells(relevance)),
    ]
    st.html(pictures_html(views))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figures(encoder, picture, text, relevance, mask)
        with st.container(horizontal=True):
            png_button("Spotlight PNG", views[1][1], f"{subject.name}-{how}", 2)
            npz_button("Map NPZ", f"{subject.name}-{how}", relevance=relevance, picture=picture)
    right.plotly_chart(
        falling(falls), key="falls", config={"displayModeBar": False}, alt="Cosine while more and more is covered"
    )


@st.cache_data(max_entries=256, show_spinner=False)
def measured(identity: str, picture: np.ndarray, text: str, how: str) -> np.ndarray:
    """The relevance of every cell of a picture, float32 (h, w). Raises `EngineError`."""
    name = identity.split("@")[0]
    return client.engine().call(name, "relevance", picture=picture, text=text, how=how)


@st.cache_data(max_entries=256, show_spinner=False)
def covered(identity: str, picture: np.ndarray, text: str, how: str) -> dict[str, np.ndarray]:
    """The cosine while a growing share of the cells is grey, most relevant first, least relevant first, or by dice."""
    relevance = measured(identity, picture, text, how)
    encoder = Encoder(identity.split("@")[0])
    falling_order = np.argsort(-relevance.ravel())
    dice = [np.random.default_rng(seed).permutation(relevance.size) for seed in range(DICE)]
    orders = [falling_order, falling_order[::-1], *dice]
    stages = np.stack([stage for order in orders for stage in stages_of(picture, order, relevance.shape)])
    cosines = encoder.pictures(stages) @ embedded_texts(identity, (text,))[0]
    cosines = cosines.reshape(len(orders), len(SHARES))
    return {"most relevant first": cosines[0], "by dice": cosines[2:].mean(0), "least relevant first": cosines[1]}


def stages_of(picture: np.ndarray, order: np.ndarray, shape: tuple[int, int]) -> list[np.ndarray]:
    """A picture with growing shares of its cells covered with its mean colour, in an order."""
    side = len(picture)
    rank = np.empty(order.size, int)
    rank[order] = np.arange(order.size)
    places = np.arange(side) * shape[0] // side, np.arange(side) * shape[1] // side
    rank = rank.reshape(shape)[places[0]][:, places[1]]
    grey = picture.mean((0, 1)).astype(np.uint8)
    return [np.where((rank < share * order.size)[..., None], grey, picture) for share in SHARES]


def figures(encoder: Encoder, picture: np.ndarray, text: str, relevance: np.ndarray, mask: np.ndarray | None) -> None:
    """The cosine, and how much of what speaks for the match lies on the thing."""
    vector = encoder.pictures(picture[None])[0]
    try:
        cosine = float(vector @ embedded_texts(encoder.identity, (text,))[0])
    except ValueError as error:
        raise BadRequest(str(error)) from error
    st.metric("Cosine of picture and words", f"{cosine:.3f}", border=True)
    if mask is not None:
        on = on_thing(relevance, mask)
        st.metric("Relevance on the thing", f"{on:.0%}", f"it fills {mask.mean():.0%} of the picture",
                  delta_color="off", delta_arrow="off", border=True)  # fmt: skip


def on_thing(relevance: np.ndarray, mask: np.ndarray) -> float:
    """The share of the positive relevance that lies on a thing, whose mask is bool (S, S)."""
    positive = np.maximum(relevance, 0)
    fine = np.asarray(Image.fromarray(positive.astype(np.float32)).resize(mask.shape[::-1], Image.Resampling.NEAREST))
    return float(fine[mask].sum() / max(fine.sum(), 1e-12))


def falling(falls: dict[str, np.ndarray]) -> go.Figure:
    """The test: if the map is right, covering what it calls relevant hurts first."""
    figure = go.Figure()
    colours = {"most relevant first": ANOMALY, "by dice": NOISE, "least relevant first": TEXT}
    for name, cosines in falls.items():
        figure.add_scatter(x=SHARES, y=cosines, name=name, line={"color": colours[name], "width": 3})
    figure.update_xaxes(title="covered", tickformat=".0%")
    figure.update_yaxes(title="cosine")
    figure.update_layout(
        height=290, margin={"l": 0, "r": 8, "t": 40, "b": 0},
        title={"text": "Can it be believed?", "font": {"size": 15}},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    )  # fmt: skip
    return figure


def equation(how: str) -> str:
    """What a cell's value is."""
    if how == "places":
        return (
            r"q^\top \frac{\sum_{hw} f_{hw}}{\lVert\sum f\rVert} = "
            r"\sum_{hw} \underbrace{\frac{q^\top f_{hw}}{\lVert\sum f\rVert}}_{r_{hw}}"
        )
    return r"r_{hw} = \frac{1}{|\{m \ni hw\}|}\sum_{m\,\ni\,hw}\big(q^\top p(x) - q^\top p(x\text{ covered by }m)\big)"


def lesson(how: str) -> None:
    """What such maps are, and what they are not."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### An explanation is a claim\n"
            "It looks convincing when the light falls on what we would have looked at ourselves. That is no proof. "
            "The curve is one: cover the most relevant cells first and the cosine must fall faster than when dice "
            "choose; cover the least relevant first and it should hardly move, or even rise."
        )
        st.latex(equation(how))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Ask for each thing of the scene. Does the light move to it, or does it rest on whatever is largest?\n"
            "2. Ask for a thing that is *not* there. The map looks just as sure of itself.\n"
            "3. Ask for the background's colour.\n"
            "4. Compare the two ways of measuring. Where they differ, which one does the curve believe?"
        )
        show_code("clip/relevance.py", "occluded", "places")
