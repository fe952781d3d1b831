"""How a restoration looks: pictures side by side, the curve with its best moment, the film, and the lesson."""

from html import escape

import numpy as np
import streamlit as st

from engine.pictures import data_url, to_png
from pages.autoencoder_exhibits.ink import STILL, blank, stroke
from pages.components.frame_player import frame_player
from pages.editing_exhibits.damage import BASELINES, Damaged, psnr
from pages.editing_exhibits.restoring import Restoring
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import csv_button, gif_button, png_button

TAKEN = {"denoise": "with noise", "inpaint": "with a hole", "enlarge": "shrunk"}


def pictures(hurt: Damaged, task: str, restoring: Restoring | None, live: bool) -> None:
    """Four pictures with their distance to the truth: what is given, the baseline, the network, the original."""
    given = hurt.photo
    if given.shape != hurt.baseline.shape:
        factor = hurt.baseline.shape[0] // given.shape[0]
        given = given.repeat(factor, 0).repeat(factor, 1)
    shown = [
        figure(f"The photo {TAKEN[task]}", score(given, hurt), given, roles.NOISE),
        figure(f"Without learning: {BASELINES[task]}", score(hurt.baseline, hurt), hurt.baseline, roles.LATENT),
    ]
    if restoring and restoring.record:
        record, picture = restoring.record, restoring.picture
        moment = f"best at step {record.best_step:,}" if restoring.found else f"step {record.step:,}"
        shown.append(figure(f"Deep image prior, {moment}", score(picture, hurt), picture, roles.GENERATED))
        shown.append(figure(f"Now, step {record.step:,}", score(record.picture, hurt), record.picture, roles.GENERATED))
    else:
        shown.append(empty("The network draws its first lines …" if live else "Press Restore it and watch.", hurt))
        if hurt.truth is not None:
            shown.append(figure("The original, for comparison", "", hurt.truth, roles.REAL))
    st.html(f"<style>{STYLE}</style><div class='restored'>{''.join(shown)}</div>")


def figure(title: str, note: str, picture: np.ndarray, colour: str) -> str:
    """One picture, inside the page, for no file would live long enough to be fetched."""
    source = data_url(to_png(picture, 1))
    return (
        f"<figure style='--role: {colour}'><figcaption><b>{escape(title)}</b> <span>{note}</span></figcaption>"
        f"<img alt='{escape(title)}' src='{source}'></figure>"
    )


def empty(text: str, hurt: Damaged) -> str:
    """The place of the picture that is not there yet."""
    height, width = hurt.baseline.shape[:2]
    return (
        f"<figure style='--role: {roles.GENERATED}'><figcaption><b>Deep image prior</b></figcaption>"
        f"<div class='empty' style='aspect-ratio: {width} / {height}'>{text}</div></figure>"
    )


def score(picture: np.ndarray, hurt: Damaged) -> str:
    """The peak signal-to-noise ratio, if the truth is known."""
    return "" if hurt.truth is None else f"{psnr(picture, hurt.truth):.2f} dB"


STYLE = """
.restored { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem 1rem; max-width: 60rem; }
.restored figure { margin: 0; }
.restored figcaption { display: flex; justify-content: space-between; gap: 0.5rem; margin-bottom: 0.2rem;
  font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.restored img, .restored .empty { display: block; width: 100%; box-sizing: border-box;
  border: 3px solid var(--role); border-radius: 6px; }
.restored .empty { display: grid; place-content: center; padding: 1rem; text-align: center; border-style: dashed; }
"""


def curves(restoring: Restoring, key: str) -> None:
    """What the fit does over the steps: the misfit falls all the time, the quality does not rise all the time."""
    record, history = restoring.record, restoring.history
    steps = [line["step"] for line in history]
    figure = blank(220).update_layout(margin_t=8)
    figure.add_trace(stroke(steps, [line["misfit"] for line in history], roles.LATENT, 2))
    text = ":blue[**Misfit** to what is given]"
    if "psnr" in history[0]:
        figure.add_trace(stroke(steps, [line["psnr"] for line in history], roles.GENERATED, 3, yaxis="y2"))
        text += " and :orange[**PSNR** against the original, dB]"
    text += f" · step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s of fitting"
    if restoring.found:
        figure.add_vline(record.best_step, line={"color": roles.REAL, "width": 2, "dash": "dash"})
        text += f" · :green[**best moment**, step {record.best_step:,}]"
    figure.update_layout(
        yaxis={"type": "log", "showticklabels": False, "showgrid": False},
        yaxis2={"overlaying": "y", "side": "right", "tickmode": "auto", "nticks": 5, "fixedrange": True},
    )
    figure.update_xaxes(range=[0, record.steps], title="step")
    st.markdown(text)
    st.plotly_chart(figure, key=key, config=STILL)


def film(restoring: Restoring) -> None:
    """The pictures over all records, to be played and scrubbed."""
    if len(restoring.frames) < 2:
        return
    with st.expander("The film, from noise to the photo and beyond", icon=":material/movie:"):
        frame_player(
            key="restore-film", frames=np.stack(restoring.frames), fps=10, height=300, hold=2, label="Restoring",
            caption=[f"step {step:,}" for step in restoring.steps],
        )  # fmt: skip


def downloads(restoring: Restoring, name: str) -> None:
    """The picture, the film and the curve to take home."""
    task = restoring.settings[0].task
    with st.container(horizontal=True):
        png_button("Best PNG", restoring.picture, f"{name}-{task}", 1)
        if len(restoring.frames) > 1:
            gif_button("Film GIF", np.stack(restoring.frames), f"{name}-{task}", 10, False)
        csv_button("Curve CSV", f"{name}-{task}", restoring.history)


def lesson(hurt: Damaged, task: str, restoring: Restoring | None) -> None:
    """Why an untrained network restores anything, with this run's numbers."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A network that has seen nothing else\n"
            "No data set, no training: the weights θ of a fresh U-shaped network are fitted until it draws *this one* "
            "damaged photo from fixed noise z. Convolutions draw smooth things and repeated things with ease and noise "
            "with effort, so the photo comes before its damage. Where nothing is known, in a hole or between pixels, "
            "the network goes on as it began. Given time it learns the damage too, so one stops."
        )
        st.latex(FITTED % MISFITS[task])
        st.markdown(numbers(hurt, restoring))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Restore, and watch the order: colours, then shapes, then texture. When does the noise begin?\n"
            "2. **Break it**: *Stop at the best moment* off, 3,000 steps. The misfit still falls; the PSNR does not.\n"
            "3. *Inpaint* scratches, then one large hole. Against which of them does the biharmonic surface hold?\n"
            "4. *Enlarge*: which edges are sharper than bicubic, and which of them are invented?\n"
            "5. Another seed: what stays the same, although no weight does?"
        )
        show_code("editing/deep_prior.py", "fit", "masked", "shrunk")


MISFITS = {
    "denoise": r"f_\theta(z) - x_0",
    "inpaint": r"m \odot (f_\theta(z) - x_0)",
    "enlarge": r"f_\theta(z)\!\downarrow - x_0",
}
FITTED = (
    r"\begin{gathered}\hat\theta = \arg\min_\theta\, \lVert %s \rVert^2\\[1ex] \hat x = f_{\hat\theta}(z)\end{gathered}"
)


def numbers(hurt: Damaged, restoring: Restoring | None) -> str:
    """What was reached, in a sentence or two."""
    if not (restoring and restoring.record):
        if hurt.truth is None:
            return "Without a known original there is nothing to measure but the misfit."
        return f"The baseline reaches **{psnr(hurt.baseline, hurt.truth):.2f} dB**; more is better."
    text = f"The misfit is **{restoring.history[-1]['misfit']:.5f}** after {restoring.record.step:,} steps. "
    if hurt.truth is None:
        return text
    top = max(restoring.history, key=lambda line: line["psnr"])
    return text + (
        f"The picture at the moment that *seems* best, where it is least restless, has "
        f"**{psnr(restoring.picture, hurt.truth):.2f} dB**; the highest on the way was **{top['psnr']:.2f} dB** at "
        f"step {top['step']:,}, which only someone who knows the original can see. The baseline has "
        f"{psnr(hurt.baseline, hurt.truth):.2f} dB."
    )
