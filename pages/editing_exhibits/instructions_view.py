"""How a followed instruction looks: before and after in the lens, what the judge reads, and both dials as a grid."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from engine.pictures import data_url, to_png
from engine.scenes import Edit, draw, words
from pages.components.guidance_grid import Cell, Dial, guidance_grid
from pages.components.word_lens import Shot, word_lens
from pages.editing_exhibits.instructions_runs import W_PICTURES, WS, Followed
from pages.editing_exhibits.instructions_verdict import Outcome
from pages.editing_exhibits.words_reading import Reading
from pages.kit import roles

YES, NO = "✓", "✗"


def lens(runs: Sequence[Followed], titles: Sequence[str]) -> None:
    """The picture before, and after each run; the first run's maps lie over the picture before as well."""
    first = runs[0]
    n = 1 + len(words(first.request.instruction))
    of, changed = tuple(range(n)), (False,) * n
    still = np.broadcast_to(first.request.before.pixels, first.x_t.shape)
    shots = [
        Shot("Before", first.request.instruction, of, changed),
        *(Shot(title, first.request.instruction, of, changed, broken=i > 0) for i, title in enumerate(titles)),
    ]
    word_lens(
        key="instructions-lens", name=tuple(run.request for run in runs), shots=shots, windows=(),
        t=first.t, alpha_bar=first.alpha_bar,
        x_t=np.stack([still, *(run.x_t for run in runs)], 1),
        x0_hat=np.stack([still, *(run.x0_hat for run in runs)], 1),
        attention={
            layer: np.stack([first.attention[layer], *(run.attention[layer] for run in runs)], 1)
            for layer in first.attention
        },
    )  # fmt: skip


def reading(outcomes: Sequence[Outcome]) -> None:
    """What the judge reads before and after, what it says of the edit, the broken one last, and the truth."""
    first, texts = outcomes[0], []
    source = "was drawn as" if first.before.drawn else "the judge reads"
    texts.append(f"**Before**, {source} {told(first.before.scene)}.")
    for title, outcome in zip(("After", "Broken"), outcomes, strict=False):
        texts.append(f"**{title}**, the judge reads {told(outcome.found)}. {verdict_said(outcome)}")
    words, drawing = st.columns([3, 1.3])
    words.markdown("\n\n".join(texts))
    if first.pair:
        with drawing:
            by_rule(first.pair)


def by_rule(pair: Edit) -> None:
    """The picture that a rule makes of an instruction."""
    picture = np.moveaxis(draw(pair.after).image, 0, -1)
    st.html(
        f"<figure style='margin: 0; text-align: center; font-size: 0.8rem'><img alt='As a rule would draw it' "
        f"src='{data_url(to_png(picture))}' style='width: 100%; max-width: 9rem; image-rendering: pixelated; "
        f"border-radius: 6px; border: 3px solid {roles.REAL}'><figcaption>as a rule would do it</figcaption></figure>"
    )


def told(scene) -> str:
    """A scene in words."""
    return Reading(None, scene).told


def verdict_said(outcome: Outcome) -> str:
    """What became of the edit, as a sentence."""
    if outcome.verdict is None:
        return "No rule here knows this instruction, so whether it was done is for you to say."
    done = ":green[**Done.**]" if outcome.verdict.done else ":orange[**Not done** as a rule would have it.]"
    return f"{done} Of all that it does not name, **{outcome.verdict.kept:.0%}** stayed."


def grid(outcomes: Sequence[Outcome], w: float, w_picture: float, on_pick) -> None:
    """Both dials at once: a row a picture guidance, a column a text guidance."""
    st.markdown("**Both dials at once**: ✓ where it is done, and how much of the rest stayed. Choose one.")
    places = [(row, column) for row in W_PICTURES for column in WS]
    cells = [cell(outcome, *place) for outcome, place in zip(outcomes, places, strict=True)]
    chosen = (W_PICTURES.index(w_picture), WS.index(w)) if w in WS and w_picture in W_PICTURES else None
    guidance_grid(
        key="instructions-grid", down=Dial("picture guidance", W_PICTURES), across=Dial("text guidance w", WS),
        cells=cells, chosen=chosen, on_pick=on_pick,
    )  # fmt: skip


def cell(outcome: Outcome, w_picture: float, w: float) -> Cell:
    """One place of both dials, with whether the instruction was done there and how much of the rest stayed."""
    said = f"Picture guidance {w_picture:g}, text guidance {w:g}: {told(outcome.found)}"
    verdict, source = outcome.verdict, data_url(to_png(outcome.picture, 1))
    if verdict is None:
        return Cell(source, "", "", said)
    done = "done" if verdict.done else "not done"
    mark = f"{YES if verdict.done else NO} {verdict.kept:.0%}"
    role = "#00724f" if verdict.done else "#a84300"
    return Cell(source, mark, role, f"{said}. {done}, {verdict.kept:.0%} of the rest stayed")
