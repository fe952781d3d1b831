"""Break it: the holes of a plain autoencoder's code space, and a posterior that collapses as β grows."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from engine.latents import prior_samples
from pages.autoencoder_exhibits.atlas import BETAS
from pages.autoencoder_exhibits.sources import one_of_each, pick_data, pick_seed
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

WALL = 40


def render() -> None:
    """The exhibit."""
    part = st.segmented_control(
        "What breaks", ["holes", "collapse"], default="holes", required=True, key="broken", bind="query-params",
        format_func={"holes": "Holes between codes", "collapse": "Posterior collapse"}.get,
    )  # fmt: skip
    {"holes": holes, "collapse": collapse}[part]()


def holes() -> None:
    """Codes drawn at random, decoded by a plain autoencoder and by a VAE."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data, seed = pick_data(), pick_seed()
    plain, dense = f"ae-convolutional-{data}", f"vae20-{data}"
    derived = cards.derived(plain)
    mean, std = (derived[name].astype(np.float32) for name in ("code_mean", "code_std"))
    left, right = st.columns(2, gap="large")
    with timed():
        broken = client.engine().call(plain, "decode", z=mean + std * prior_samples(WALL, len(mean), seed))[:, 0]
        sound = client.engine().call(dense, "decode", z=prior_samples(WALL, 20, seed))[:, 0]
    with left:
        st.markdown("##### :red[Plain autoencoder], random codes")
        wall(broken, columns=8, alt="Random codes of a plain autoencoder", role=roles.ANOMALY)
        st.caption("A Gaussian with the codes' own mean and spread: most of it lies where no picture was ever encoded.")
        png_button("PNG", wall_array(broken), f"holes-{data}", 4)
    with right:
        st.markdown("##### :orange[VAE, d = 20], random codes")
        wall(sound, columns=8, alt="Samples of a VAE's prior", role=roles.GENERATED)
        st.caption("z ~ N(0, I): the KL term made the codes fill exactly this ball, so nearly every draw is a picture.")
        png_button("PNG", wall_array(sound), f"samples-{data}", 4)
    st.markdown(
        "#### Why\n"
        "A plain autoencoder is paid for reconstruction alone; where its codes lie is its own business, and "
        "between them "
        "lies nothing. The same in two dimensions: open the **Atlas**, set β to 0, and walk between the islands."
    )
    show_code("latents.py", "prior_samples")


def collapse() -> None:
    """Five VAEs that differ only in β, on the same pictures."""
    seed = pick_seed()
    chosen = st.select_slider(
        "β", BETAS["mnist"], 1.0, key="broken-beta", bind="query-params", format_func="{:g}".format,
        label_visibility="collapsed",
    )  # fmt: skip
    model = _model(chosen)
    x = one_of_each("mnist", seed, 10)[:, None]
    with timed():
        answer = client.engine().call(model, "elbo", x=x)
        samples = client.engine().call(model, "decode", z=prior_samples(30, 2, seed))[:, 0]
    pictures, terms = st.columns([3, 2], gap="large")
    with pictures:
        rows = np.concatenate([x[:, 0], answer["pictures"][:, 0], samples])
        captions = ["pictures", "reconstructed", "z ~ N(0, I)", "", ""]
        wall(rows, columns=10, captions=captions, alt="Pictures, reconstructions and samples")
    with terms:
        st.plotly_chart(_terms(chosen), key="collapse-terms", config={"displayModeBar": False})
    kl = answer["kl"].mean(0)
    st.latex(
        r"\mathrm{KL}(q(z|x)\,\|\,p(z)) = %.3f + %.3f\ \mathrm{nats\ on\ these\ pictures},\qquad \beta = %g"
        % (kl[0], kl[1], chosen)
    )
    if kl.sum() < 0.1:
        st.markdown(
            ":red[**Collapsed.**] The posterior is the prior for every picture: the code says nothing, and the "
            "best the "
            "decoder can do is the mean of all digits."
        )
    else:
        st.markdown("Move β up: each nat in the code must save β nats of reconstruction, or the code is given up.")
    show_code("autoencoders/objectives.py", "NegativeElbo", "kl_to_prior")


def _model(beta: float) -> str:
    return "vae2-mnist" + ("" if beta == 1.0 else f"-beta{beta:g}")


def _terms(chosen: float) -> go.Figure:
    """Reconstruction and KL on the test set for each β, the chosen one solid."""
    betas = BETAS["mnist"]
    metrics = [cards.read(_model(beta)).metrics for beta in betas]
    opacity = [1.0 if beta == chosen else 0.4 for beta in betas]
    figure = go.Figure()
    for name, colour in (("reconstruction", roles.GENERATED), ("kl", roles.LATENT)):
        figure.add_bar(
            x=[f"β = {beta:g}" for beta in betas], y=[m[name].value for m in metrics], name=name,
            marker={"color": colour, "opacity": opacity}, text=[f"{m[name].value:.1f}" for m in metrics],
        )  # fmt: skip
    figure.update_layout(
        barmode="stack", height=340, margin={"l": 0, "r": 0, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.12},
        yaxis_title="nats a picture",
    )  # fmt: skip
    return figure
