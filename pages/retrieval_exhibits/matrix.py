"""Contrastive matrix: one batch of pictures and sentences, and the loss that all of CLIP comes from."""

import numpy as np
import streamlit as st

from engine import scenes
from engine.clip import gallery as scene_gallery
from engine.clip.library_encoders import Encoder
from pages.components.contrastive_matrix import contrastive_matrix
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.footer import timed
from pages.retrieval_exhibits import matrix_training
from pages.retrieval_exhibits.galleries import SUITS, TITLES, Gallery, choose_source
from pages.retrieval_exhibits.galleries import photos as photo_gallery
from pages.retrieval_exhibits.galleries import scenes as drawn_gallery
from pages.retrieval_exhibits.models import choose_encoder, embedded_texts, logit_scale
from pages.retrieval_exhibits.tiles import source_url

VIEWS = ("A batch", "Train it live")


def render() -> None:
    """The exhibit."""
    view = st.segmented_control(
        "What to watch", VIEWS, default=VIEWS[0], required=True, key="matrix-view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if view == VIEWS[0]:
        batch()
    else:
        matrix_training.render()
    lesson()


def batch() -> None:
    """A batch through a published model."""
    exhibit, controls = st.columns([5, 1], gap="medium")
    with controls:
        source = choose_source("matrix-source", {name: TITLES[name] for name in ("scenes", "photos")})
        encoder = choose_encoder(SUITS[source], f"model-{source}")
        n = st.slider("Pairs", 4, 16, 12, key="pairs", bind="query-params")
        seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same pairs.")
    with timed():
        gallery, ids, texts = pairs(source, encoder, n, int(seed))
        similarities, scale = compared(gallery, ids, texts)
    with exhibit:
        urls = [source_url(gallery, id) for id in ids]
        contrastive_matrix(
            key="matrix", similarities=similarities, logit_scale=scale, pictures=urls, texts=texts
        )  # fmt: skip
    with controls:
        npz_button("Matrix NPZ", f"matrix-seed{seed}", similarities=similarities, texts=np.array(texts))
    st.session_state["matrix-numbers"] = (similarities, scale)


def pairs(source: str, encoder: Encoder, n: int, seed: int) -> tuple[Gallery, list[str], list[str]]:
    """n pictures of a gallery, by their ids, and a sentence for each: a scene's caption, a photograph's name."""
    gallery = drawn_gallery(encoder) if source == "scenes" else photo_gallery(encoder)
    chosen = np.random.default_rng(seed).choice(gallery.size, n, replace=False)
    if source == "photos":
        return gallery, [str(i) for i in chosen], [gallery.items[i].name for i in chosen]
    texts = [scenes.caption(scene_gallery.scene(int(i)), seed, ("list",)).text for i in chosen]
    return gallery, [str(i) for i in chosen], texts


def compared(gallery: Gallery, ids: list[str], texts: list[str]) -> tuple[np.ndarray, float]:
    """The cosines (N, N), a row a picture, and the learned logit scale."""
    identity = gallery.encoder.identity
    pictures = np.stack([gallery.vector(id) for id in ids])
    return pictures @ embedded_texts(identity, tuple(texts)).T, logit_scale(identity)


def first_row(similarities: np.ndarray, scale: float) -> str:
    """The first picture's part of the loss, with its numbers."""
    logits = scale * similarities[0]
    part = float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[0])
    return (
        rf"\text{{picture 1: }}-\log\frac{{e^{{{scale:.1f}\cdot {similarities[0, 0]:.3f}}}}}"
        rf"{{\sum_{{j=1}}^{{{len(similarities)}}} e^{{{scale:.1f}\, s_{{1j}}}}}} = {part:.3f}"
    )


def lesson() -> None:
    """The loss, with the numbers of the batch on show."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Who belongs to whom?\n"
            "That is the only question CLIP is ever asked. In a batch of $N$ pairs each picture must pick its sentence "
            "among $N$, and each sentence its picture: two classifications, a softmax along every row and one down "
            "every column, and the right answers lie on the diagonal."
        )
        st.latex(
            r"L = \tfrac12\Big(-\tfrac1N\sum_i \log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ij}/\tau}}"
            r"-\tfrac1N\sum_j \log \frac{e^{s_{jj}/\tau}}{\sum_i e^{s_{ij}/\tau}}\Big)"
        )
        if "matrix-numbers" in st.session_state:
            st.latex(first_row(*st.session_state["matrix-numbers"]))
        st.caption("Framed green, a picture chooses its own sentence; vermilion, it does not and takes the orange one.")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Shuffle two texts: by how much does the loss rise, and which two rows pay for it?\n"
            "2. Shuffle all. The loss is far above $\\ln N$: worse than guessing, because the model is *sure*.\n"
            "3. Turn τ up until every row is grey. What is the loss now, and why exactly that?\n"
            "4. Find the brightest cell off the diagonal. Is the model wrong, or do two scenes share a sentence?\n"
            "5. Train it live: which cells light up first?"
        )
        show_code("clip/losses.py", "info_nce")
