"""Map: pictures and sentences as points of one space, and the gap between the two."""

from functools import lru_cache

import numpy as np
import streamlit as st

from engine import client, scenes
from engine.clip import gallery as scene_gallery
from engine.clip.framing import squeezed
from engine.clip.plane import gap, neighbours, principal
from engine.clip.queries import unit
from pages.components.embedding_map import Space, embedding_map
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.footer import timed
from pages.retrieval_exhibits import shelf
from pages.retrieval_exhibits.galleries import SUITS, Gallery, choose_source, from_jpeg, in_memory
from pages.retrieval_exhibits.models import choose_encoder, embedded_texts

PLANES = {"both": "PCA of both", "pictures": "PCA of the pictures", "umap": "UMAP of both"}
MOST = 240
TILE = 48
SHARES = np.linspace(0, 1, 11)
WORDS = {
    "scenes": ("red things", "blue stars", "a black background", "four objects", "nothing but one large circle"),
    "photos": ("an animal", "something to drink", "the night sky", "people", "a pattern"),
    "own": ("people", "an animal", "a house", "food", "at night"),
    "library": ("people", "an animal", "a house", "food", "at night"),
}


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([6, 1.4], gap="medium")
    with controls:
        source = choose_source("map-source")
        gallery = held(source)
        plane = st.selectbox("Plane", list(PLANES), key="plane", bind="query-params", format_func=PLANES.get)
        words = placed_words(source)
        seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Which captions; UMAP's dice.")
    if gallery is None or gallery.size < 4:
        exhibit.info("A map needs four pictures at least.", icon=":material/map:")
        return
    with timed():
        told, owners = sentences(gallery, int(seed))
        texts = [*told, *words]
        vectors = embedded_texts(gallery.encoder.identity, tuple(texts))
        space = arranged(gallery, texts, np.array([*owners, *[-1] * len(words)]), vectors, plane, int(seed))
    with exhibit:
        embedding_map(key="map", space=space)
    with controls:
        npz_button(
            "Places NPZ", f"map-{plane}", pictures=space.picture_places, texts=space.text_places,
            sentences=np.array(texts), picture_vectors=gallery.vectors, text_vectors=vectors,
        )  # fmt: skip
    lesson(space)


def held(source: str) -> Gallery | None:
    """At most 300 pictures of a source, in memory."""
    if source == "library":
        opened = shelf.open_shelf()
        return shelf.as_gallery(opened, MOST) if opened else None
    encoder = choose_encoder(SUITS[source], f"model-{source}")
    found = in_memory(source, encoder)
    return Gallery(found.source, encoder, found.items[:MOST], found.vectors[:MOST], found.look, found.jpeg)


def placed_words(source: str) -> tuple[str, ...]:
    """Words of one's own to find on the map."""
    text = st.text_area("Words to place, one a line", "\n".join(WORDS[source]), height=150, key=f"words-{source}")
    return tuple(dict.fromkeys(line.strip()[:200] for line in text.splitlines() if line.strip()))[:20]


def sentences(gallery: Gallery, seed: int) -> tuple[list[str], list[int]]:
    """What is said of the pictures, and which picture each sentence belongs to: captions of scenes, photographs'
    names; nothing is known of a person's own."""
    if gallery.source == "scenes":
        said = scene_captions(len(gallery), seed)
    elif gallery.source == "photos":
        said = [item.name for item in gallery.items]
    else:
        said = []
    return said, list(range(len(said)))


@lru_cache(maxsize=8)
def scene_captions(n: int, seed: int) -> list[str]:
    """A list of what is there, for each of the first n scenes."""
    return [scenes.caption(scene_gallery.scene(i), seed, ("list",)).text for i in range(n)]


def arranged(
    gallery: Gallery, texts: list[str], owners: np.ndarray, vectors: np.ndarray, plane: str, seed: int
) -> Space:
    """Everything the map shows. Raises `EngineError`."""
    pictures = gallery.vectors
    both = np.concatenate([pictures, vectors]) if len(texts) else pictures
    bridge = gap(pictures, vectors) if len(texts) else np.zeros(pictures.shape[1])
    if plane == "umap":
        places, shift = umap_places(both, seed), None
    else:
        mean, directions = principal(both if plane == "both" else pictures)
        places, shift = (both - mean) @ directions, bridge @ directions
    known = owners >= 0
    return Space(
        pictures=np.stack([tile(gallery.image(item.id)) for item in gallery.items]),
        texts=texts,
        picture_places=places[: len(pictures)],
        text_places=places[len(pictures) :],
        shift=shift,
        gap=float(np.linalg.norm(bridge)),
        near_pictures=near(both, pictures, 0),
        near_texts=near(both, vectors, len(pictures)),
        owners=owners,
        shares=SHARES,
        recalls=np.array([recalled(pictures, vectors[known], owners[known], bridge, share) for share in SHARES])
        if known.sum() > 1
        else np.zeros(0),
    )


@lru_cache(maxsize=2048)
def tile(jpeg: bytes) -> np.ndarray:
    """A picture as a small square, uint8 (48, 48, 3)."""
    return squeezed(from_jpeg(jpeg), TILE)


def near(points: np.ndarray, among: np.ndarray, first: int) -> np.ndarray:
    """The nearest of `among` for every point, five where there are so many; they are the points from number `first` on,
    and none is its own neighbour."""
    k = min(5, max(0, len(among) - 1))
    found = neighbours(points, among, k + 1)
    own = np.arange(len(points)) - first
    return np.stack([row[row != i][:k] for row, i in zip(found, own, strict=True)])


def recalled(pictures: np.ndarray, texts: np.ndarray, owners: np.ndarray, bridge: np.ndarray, share: float) -> float:
    """The share of texts that find their own picture first once a share of the gap is closed."""
    moved = unit(texts + share * bridge)
    return float(((moved @ pictures.T).argmax(1) == owners).mean())


@st.cache_data(max_entries=8, show_spinner="UMAP lays out the points: ten seconds, the first time half a minute …")
def umap_places(vectors: np.ndarray, seed: int) -> np.ndarray:
    """UMAP's plane, float32 (N, 2)."""
    *_, places = client.engine().stream("clip", "umap_plane", vectors=vectors, seed=seed)
    return places


def lesson(space: Space) -> None:
    """The modality gap, with its length."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Two clouds that never meet\n"
            "Training asked only that a picture be *nearer to its own* sentence than to others: a ranking. It never "
            "asked that the two coincide. So pictures and sentences stay in two cones of the sphere, as they were at "
            "the first step, when two networks with random weights each sent everything into a corner of its own. The "
            "vermilion arrow is the way between their means:"
        )
        st.latex(
            r"\lVert\Delta\rVert = \Big\lVert \tfrac1N\sum_n p_n - \tfrac1M\sum_m t_m\Big\rVert = %.3f,\qquad "
            r"t'_m = \frac{t_m+\lambda\Delta}{\lVert t_m+\lambda\Delta\rVert}" % space.gap
        )
        st.caption(
            "Liang et al. 2022, “Mind the Gap”. Green are pictures, sky blue sentences; larger dots are your words."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Close the gap with the slider. Does retrieval get better? The number below it is measured.\n"
            "2. *PCA of the pictures* looks along the axes on which pictures differ most. What are they?\n"
            "3. Place *nothing*, and *not red*. Where do they land?\n"
            "4. UMAP keeps neighbours: do pictures and sentences now mix? Its distances between groups mean little."
        )
        show_code("clip/plane.py", "principal", "gap", "neighbours")
