"""Words on scenes: Prompt-to-Prompt. Change a word and keep the picture; see where every word is looked for."""

from dataclasses import replace

import numpy as np
import streamlit as st

from engine import cards
from engine.editing.tokens import LENGTH
from pages.components.word_lens import Shot, Window, word_lens
from pages.editing_exhibits.frames import rms
from pages.editing_exhibits.words_choices import BROKEN, choose, examples
from pages.editing_exhibits.words_film import MODEL, Film, Request, painted
from pages.editing_exhibits.words_lesson import lesson
from pages.editing_exhibits.words_reading import Change, Reading, change, readings
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.walls import wall, wall_array

NEEDED = (MODEL, "scene-autoencoder")
START = np.arange(LENGTH)


def render() -> None:
    """The exhibit."""
    if missing := [name for name in NEEDED if name not in cards.names()]:
        st.info(f"Not trained yet: {' and '.join(missing)}; `python -m engine.train {missing[0]}` makes it.")
        return
    view, controls = st.columns([10, 3], gap="large")
    with view:
        examples()
    with controls:
        request, broken = choose()
        again = st.button("Paint it again", type="primary", icon=":material/brush:", width="stretch")
        st.button("Halt", icon=":material/stop_circle:", width="stretch", help="Ends the painting within a step.")
    with view:
        stage = st.empty()
        film = kept = painted(request, stage, again)
        if broken:
            film = kept.joined(painted(broken_request(request, broken), stage, again))
        show(request, film, broken)
        read = readings(film)
        if read:
            verdicts(film, read, broken)
    with controls:
        source(request, kept)
        downloads(request, film)
    lesson(request, kept, change(kept.pictures, *read[:2]) if read else None)


def broken_request(request: Request, broken: str) -> Request:
    """The same with what the lecture warns of."""
    return {"injection": request.without_injection, "guidance": request.with_too_much_guidance}[broken]()


def show(request: Request, film: Film, broken: str | None) -> None:
    """The pictures in the lens."""
    align, weights = request.alignment, np.ones(LENGTH)
    for token, factor in request.weights:
        weights[token] = factor
    of = np.where(align.has, align.of, -1)
    edited = Shot("After", request.new, of, align.changed, weights)
    shots = [Shot("Before", request.old, START, align.dropped), edited]
    if broken:
        shots.append(replace(edited, title=BROKEN[broken], broken=True))
    word_lens(
        key="word-lens", name=(request, broken, film.serial, len(film.t)), shots=shots, windows=windows(request, film),
        t=film.t, alpha_bar=film.alpha_bar, x_t=film.x_t, x0_hat=film.x0_hat, attention=film.attention, mask=film.mask,
    )  # fmt: skip
    if not film.finished:
        st.info(f"Halted at t = {film.t[-1]}: “Expected” is how it would go on.", icon=":material/stop_circle:")


def windows(request: Request, film: Film) -> list[Window]:
    """How many frames each kind of attention is taken over in."""
    taken = {kind: int((film.t > 1000 * (1 - share)).sum()) for kind, share in shares(request).items()}
    return [
        Window("cross", taken["cross"], "words are looked for where the old ones were"),
        Window("self", taken["self"], "places look at each other as before"),
    ]


def shares(request: Request) -> dict[str, float]:
    return {"cross": request.cross, "self": request.self_}


def verdicts(film: Film, read: list[Reading], broken: str | None) -> None:
    """Under each picture what a judge reads there, whether the prompt holds, and how far it is from the first."""
    titles = ["Before", "After", *([BROKEN[broken]] if broken else [])]
    for i, (place, title, reading) in enumerate(zip(st.columns(len(titles), gap="medium"), titles, read, strict=True)):
        with place:
            st.markdown(f"**{title}**, read by a judge: {reading.told}. {held(reading)}")
            if i:
                st.caption(moved(change([film.pictures[0], film.pictures[i]], read[0], reading)))


def held(reading: Reading) -> str:
    if reading.holds is None:
        return "My rules cannot read this prompt, so they do not judge it."
    if reading.holds:
        return ":green-badge[:material/check: the prompt holds]"
    return f":orange-badge[:material/close: the prompt does not hold] {100 * reading.right:.0f} % of its attributes do."


def moved(change: Change) -> str:
    """How much changed, in words."""
    if change.inside is None:
        return f"Off the first picture by {change.outside:.3f} (root mean square per pixel)."
    return (
        f"**Changed** by {change.inside:.3f} where the words differ, {100 * change.share:.0f} % of the picture; "
        f"**the rest kept** to {change.outside:.3f} (root mean square per pixel)."
    )


def source(request: Request, film: Film) -> None:
    """The drawing that was begun with, beside what its noise gives back."""
    if not request.drawn:
        return
    drawn = request.picture
    back = film.pictures[0].astype(np.float32) - drawn
    st.markdown("**The drawing**")
    wall(drawn[None], 1, alt="The drawing")
    st.caption(
        f"“Before” is painted from its noise and comes back to {rms(back / 255):.3f} of it."
    )


def downloads(request: Request, film: Film) -> None:
    """The pictures, the film and the maps to take home."""
    name, n = f"words-on-scenes-seed{request.seed}", len(film.texts)
    with st.container(horizontal=True):
        png_button("PNG", lambda: wall_array(film.pictures, n, 2), name)
        gif_button("GIF", np.stack([wall_array(x, n, 2) for x in film.x_t]), name, fps=8, bounce=False)
        npz_button(
            "NPZ", name, texts=np.array(film.texts), t=film.t, alpha_bar=film.alpha_bar, x_t=film.x_t,
            x0_hat=film.x0_hat, **{f"attention_{layer}": maps for layer, maps in film.attention.items()},
        )  # fmt: skip
    st.caption(f"{film.steps} steps in {film.seconds:.1f} s of computing.")
