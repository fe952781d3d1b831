"""5-D and 20-D: a dial per latent dimension, a flat view to jump from, and three code sizes side by side."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.latents import prior_samples
from pages.autoencoder_exhibits.sources import one_of_each, own_picture, pick_data, pick_seed
from pages.components.latent_dials import latent_dials
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall

SIZES = (2, 5, 10, 20)
LENSES = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}


def render() -> None:
    """The exhibit."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data = pick_data()
        d = st.segmented_control(
            "Dimensions", SIZES[1:], default=20, required=True, key="d", bind="query-params", format_func="{}-D".format
        )
        lens = st.segmented_control(
            "Flat view",
            list(LENSES),
            default="umap",
            required=True,
            key="lens",
            bind="query-params",
            format_func=LENSES.get,
        )
    name = f"vae{d}-{data}"
    derived = cards.derived(name)
    turn(name, data, derived, lens)
    side_by_side(data)


def turn(name: str, data: str, derived: dict[str, np.ndarray], lens: str) -> None:
    """The dials, and the map of codes that loads them."""
    state = f"z-{name}"
    st.session_state.setdefault(state, derived["mu"][0].astype(float).tolist())
    dials, view = st.columns([3, 2], gap="large")
    with view:
        event = st.plotly_chart(
            _flat(name, lens), key=f"lens-{name}-{lens}", on_select="rerun", selection_mode="points",
            config={"displayModeBar": False},
        )  # fmt: skip
        _load_clicked(event, state, derived["mu"])
        st.caption("Three thousand test pictures. Click one: its code goes into the dials.")
    with dials:
        kl = derived["kl_per_dimension"].astype(float)
        z = latent_dials(
            key=f"dials-{name}", decode_url=f"/api/decode/{name}", kl=kl.tolist(), z=st.session_state[state],
            order=np.argsort(-kl).tolist(),
        )  # fmt: skip
        st.session_state[state] = z
        alive = int((kl > 0.05).sum())
        st.caption(
            f"{alive} of {len(kl)} dimensions carry information; "
            + ("the grey ones have collapsed onto the prior. " if alive < len(kl) else "none has collapsed. ")
            + f"‖z‖ = {np.linalg.norm(z):.2f}; a draw from the prior has about √{len(kl)} = {np.sqrt(len(kl)):.2f}."
        )
        npz_button("Code NPZ", name, z=np.array(z, np.float32))


def _load_clicked(event, state: str, mu: np.ndarray) -> None:
    """A fresh click on the flat view puts that picture's code into the dials."""
    points = event.selection.points if event else []
    clicked = int(points[0]["customdata"][0]) if points else None
    if clicked is not None and clicked != st.session_state.get(f"{state}-clicked"):
        st.session_state[state] = mu[clicked].astype(float).tolist()
    st.session_state[f"{state}-clicked"] = clicked


@st.cache_resource(max_entries=24, show_spinner=False)
def _flat(name: str, lens: str) -> go.Figure:
    """The codes on a plane, one trace a class; `customdata` is the code's row."""
    derived, classes = cards.derived(name), CLASSES[name.split("-")[1]]
    places, labels = derived[lens].astype(np.float32), derived["labels"]
    figure = go.Figure()
    for label, title in enumerate(classes):
        rows = np.flatnonzero(labels == label)
        figure.add_scatter(
            x=places[rows, 0], y=places[rows, 1], customdata=rows[:, None], name=title, mode="markers",
            marker={"size": 5, "color": roles.CLASSES[label]}, hovertemplate=f"{title}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(
        height=440,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        legend={"orientation": "h"},
        hovermode="closest",
        hoverdistance=-1,
    )
    return figure


def side_by_side(data: str) -> None:
    """The lecture's point at a glance: more dimensions, less overlap, better pictures."""
    st.markdown("#### More dimensions, less overlap, better pictures")
    source, numbers = st.columns([1, 3], gap="large")
    with source:
        seed = pick_seed()
        drawn = own_picture(data, "dials") if st.toggle("My own picture", key="dials-own") else None
    x = one_of_each(data, seed, 10) if drawn is None else drawn[None].astype(np.float32)
    with numbers:
        st.plotly_chart(_elbos(data), key="elbos", config={"displayModeBar": False})
    for place, d in zip(st.columns(len(SIZES), gap="medium"), SIZES, strict=True):
        with place:
            lane(data, d, x, seed)
    lesson(data)


def lane(data: str, d: int, x: np.ndarray, seed: int) -> None:
    """One code size on pictures x (N, 28, 28): reconstructions, ELBO, samples."""
    name = f"vae{d}-{data}"
    with timed():
        answer = client.engine().call(name, "elbo", x=x[:, None])
        samples = client.engine().call(name, "decode", z=prior_samples(25, d, seed))[:, 0]
    pairs = np.stack([x, answer["pictures"][:, 0]], 1)[:10].reshape(-1, 28, 28)
    st.markdown(f"##### d = {d}")
    wall(pairs, columns=4, alt=f"Pictures and their reconstructions, d = {d}", role=roles.REAL)
    reconstruction, kl = answer["reconstruction"].mean(), answer["kl"].sum(1).mean()
    st.markdown(f":orange[{reconstruction:.0f}] + :blue[{kl:.1f}] = **{reconstruction + kl:.0f} nats** on these")
    wall(samples, columns=5, alt=f"Samples from the prior, d = {d}", role=roles.GENERATED)
    png_button("Samples PNG", samples[0], f"{name}-sample")


def _elbos(data: str) -> go.Figure:
    """−ELBO on the test set, split in its two terms, beside the published figures."""
    metrics = [cards.read(f"vae{d}-{data}").metrics for d in SIZES]
    names = [f"d = {d}" for d in SIZES]
    figure = go.Figure()
    for term, title, colour in (("reconstruction", "−E log p(x|z)", roles.GENERATED), ("kl", "KL(q‖p)", roles.LATENT)):
        values = [m[term].value for m in metrics]
        figure.add_bar(
            y=names, x=values, name=title, marker_color=colour, orientation="h", text=[f"{v:.1f}" for v in values]
        )
    published = [cards.read(f"vae{d}-{data}").published for d in SIZES]
    if all(published):
        figure.add_scatter(
            y=names, x=[references[0].value for references in published], name="published (N-VAE, 2018)",
            mode="markers", marker={"symbol": "diamond", "size": 11, "color": roles.NOISE},
        )  # fmt: skip
    for name, m in zip(names, metrics, strict=True):
        figure.add_annotation(
            y=name,
            x=m["neg_elbo"].value,
            text=f"<b>{m['neg_elbo'].value:.1f}</b>",
            showarrow=False,
            xanchor="left",
            xshift=6,
        )
    figure.update_layout(
        barmode="stack", height=260, margin={"l": 0, "r": 40, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.2},
        xaxis_title="−ELBO on the test set, nats a picture", yaxis={"autorange": "reversed"},
    )  # fmt: skip
    return figure


def lesson(data: str) -> None:
    """Reading the dials."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### What a dimension is worth\n"
            "Each dial runs over the prior's quantiles, $z_j = \\Phi^{-1}(u_j)$, so every position is equally "
            "likely. The "
            "bar beside it is its average KL in nats: how much the encoder really says there. A dimension whose "
            "posterior "
            "equals the prior says nothing; the decoder has learnt to ignore it."
        )
        st.latex(r"\mathrm{KL}_j = \tfrac12\,\mathbb E_x\!\left[\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\right]")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Turn the first dial from end to end, then the last one.\n"
            "2. Compare the borders between classes in UMAP at 5-D and at 20-D.\n"
            "3. In two dimensions 4 and 9 share a place; find the code size at which they part."
        )
        show_code("autoencoders/objectives.py", "kl_to_prior")
