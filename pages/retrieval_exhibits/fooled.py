"""Break it: negation, counting, order, and a word written on a thing, where the truth is known."""

from html import escape

import numpy as np
import streamlit as st

from engine.clip.library import thumbnail
from engine.scenes.shapes import SHAPES
from pages.kit.code import show_code
from pages.kit.downloads import csv_button
from pages.kit.footer import timed
from pages.kit.roles import ANOMALY, NOISE, REAL
from pages.retrieval_exhibits.galleries import SHOWN_SIDE
from pages.retrieval_exhibits.models import choose_encoder
from pages.retrieval_exhibits.tiles import jpeg_url
from pages.retrieval_exhibits.traps import COUNT, KINDS, Outcome, Written, outcome, trap_url, written

WRITTEN = "written"
ASKED = KINDS | {WRITTEN: "A word on a thing"}
SHOWN = 12
WHY = {
    "naming": "No trap: one of the two things is there, the other is not. What a model can do here is the measure "
    "of what it loses in the traps.",
    "colours": "Both sentences hold the same words, in other places. A tower that collects words, as one can do in "
    "a batch where no two captions share them all, has nothing to tell them apart.",
    "count": "To tell three from four one must count, and captions seldom do: “some dogs” is what people write.",
    "relation": "“Left of” and “right of” stand in the same captions and, since pictures are mirrored while training, "
    "may even mean the same.",
    "order": "The same words in another order. “A above B” and “B above A”: one bag of words.",
    "negation": "“No red circle” is nearest to red circles. Captions say what is there and hardly ever what is "
    "not, so “no” is a word like any other, and the picture of the named thing wins.",
    WRITTEN: "Models that have read the web know that a word in a picture stands in its caption. Ours have seen "
    "no letters: to them writing is a pattern that hides the thing. The letters without meaning tell the two apart.",
}
"""What goes wrong, and why."""


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([7, 2], gap="medium")
    with controls:
        kind = st.radio("What is asked", list(ASKED), 5, key="trap", bind="query-params", format_func=ASKED.get)
        encoder = choose_encoder("clip-scenes", "model-scenes")
        st.caption(f"{COUNT} scenes for each question; the truth is known because we drew them.")
    with view:
        bars = st.empty()
        results: dict[str, Outcome] = {}
        marked = None
        with timed():
            if kind == WRITTEN:
                marked = written(encoder.identity)
            else:
                results[kind] = outcome(kind, encoder.identity)
        bars.html(overview(results, kind))
        if marked is not None:
            show_written(marked)
        else:
            show_traps(results[kind])
    lesson(kind, results.get(kind), marked)
    with timed():
        for each in KINDS:
            results[each] = outcome(each, encoder.identity)
            bars.html(overview(results, kind))


def overview(results: dict[str, Outcome], chosen: str) -> str:
    """How often the true sentence wins, kind by kind, beside guessing; what is not measured yet is empty."""
    columns = "".join(_column(kind, results.get(kind), kind == chosen) for kind in KINDS)
    title = "How often the true sentence is nearer to the picture than the false one"
    return f'<style>{BARS}</style><p class="bars-title">{title}</p><div class="bars">{columns}</div>'


def _column(kind: str, result: Outcome | None, chosen: bool) -> str:
    if result is None:
        return f'<div class="column"><div class="rod"></div><span>{KINDS[kind]}</span></div>'
    share = result.share
    colour = REAL if share >= 0.75 else ANOMALY if share <= 0.6 else NOISE
    return (
        f'<div class="column{" chosen" if chosen else ""}"><div class="rod" title="guessing: 50 %">'
        f'<u style="height:{100 * share:.0f}%;background:{colour}"></u></div><b>{share:.0%}</b>'
        f"<span>{KINDS[kind]}</span></div>"
    )


BARS = """
.bars-title { margin: 0 0 0.5rem; font-weight: 600; }
.bars { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.8rem; margin-bottom: 0.8rem; }
.column { text-align: center; }
.column span { display: block; font-size: 0.8rem; line-height: 1.2; }
.column b { font-variant-numeric: tabular-nums; }
.column.chosen span { font-weight: 700; }
.rod { position: relative; height: 8.5rem; background: rgba(128, 128, 128, 0.12); border-radius: 6px; }
.rod u { position: absolute; right: 0; bottom: 0; left: 0; border-radius: 6px; transition: height 0.3s; }
.rod::after { position: absolute; right: -0.4rem; bottom: 50%; left: -0.4rem; content: "";
  border-top: 2px dotted rgba(128, 128, 128, 0.9); }
@media (max-width: 640px) { .bars { gap: 0.3rem; } .column span { font-size: 0.66rem; hyphens: auto; } }
@media (prefers-reduced-motion: reduce) { .rod u { transition: none; } }
"""


def show_traps(result: Outcome) -> None:
    """Scenes with both sentences and their cosines, mistakes first."""
    order = np.argsort(result.right, kind="stable")[:SHOWN]
    st.html(f'<style>{STYLE}</style><div class="traps">{"".join(_trap(result, int(i)) for i in order)}</div>')
    rows = [
        {"scene": trap.n, "true": trap.true, "cosine with true": round(float(t), 4), "false": trap.false,
         "cosine with false": round(float(f), 4)}
        for trap, t, f in zip(result.traps, result.true, result.false, strict=True)
    ]  # fmt: skip
    csv_button("All scenes CSV", "traps", rows)


def _trap(result: Outcome, i: int) -> str:
    trap, right = result.traps[i], bool(result.right[i])
    low = min(result.true.min(), result.false.min())
    span = max(result.true.max(), result.false.max()) - low
    lines = "".join(
        f'<p class="{name}"><span>{escape(text)}</span><b>{value:.3f}</b></p>'
        f'<i><u style="width:{100 * (value - low) / span:.0f}%;background:{colour}"></u></i>'
        for name, text, value, colour in (
            ("true", trap.true, float(result.true[i]), REAL),
            ("false", trap.false, float(result.false[i]), ANOMALY),
        )
    )
    mark, frame = ("✓", REAL) if right else ("✗", ANOMALY)
    return (
        f'<figure><div><img alt="scene {trap.n}" src="{trap_url(trap.n)}" style="border-color:{frame}">'
        f'<em style="background:{frame}">{mark}</em></div><figcaption>{lines}</figcaption></figure>'
    )


STYLE = """
.traps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 1rem; }
.traps figure { display: grid; grid-template-columns: 6.4rem 1fr; gap: 0.7rem; margin: 0; }
.traps figure > div { position: relative; }
.traps img { width: 100%; aspect-ratio: 1; border: 3px solid; border-radius: 8px; }
.traps em { position: absolute; top: 6px; left: 6px; width: 1.4rem; color: #fff; font-style: normal;
  line-height: 1.4rem;
  text-align: center; border-radius: 50%; }
.traps p { display: flex; justify-content: space-between; gap: 0.5rem; margin: 0.2rem 0 0.1rem; font-size: 0.8rem;
  line-height: 1.25; }
.traps b { font-variant-numeric: tabular-nums; }
.traps i { display: block; height: 5px; background: rgba(128, 128, 128, 0.22); border-radius: 3px; }
.traps u { display: block; height: 100%; border-radius: 3px; }
.marks { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 0.9rem; }
.marks figure { margin: 0; }
.marks img { width: 100%; border: 3px solid; border-radius: 8px; }
.marks figcaption { font-size: 0.8rem; line-height: 1.3; }
"""


def shares(marked: Written) -> dict[str, list[float]]:
    """For the bare thing, with a word and with letters: how often the verdict is the thing, and how often the word."""
    return {
        "thing": [float((verdict == marked.truth).mean()) for verdict in marked.verdicts],
        "word": [float((verdict == marked.words).mean()) for verdict in marked.verdicts],
    }


def show_written(marked: Written) -> None:
    """The figures of the three series, and things with a word on them."""
    found = shares(marked)
    with st.grid(3, min_column_width=160):
        for i, name in enumerate(("Bare", "A word written on", "Letters without meaning")):
            st.metric(name, f"{found['thing'][i]:.0%} the thing", f"{found['word'][i]:.0%} the word", delta_color="off",
                      delta_arrow="off", border=True)  # fmt: skip
    names = list(SHAPES)
    order = np.argsort(marked.verdicts[1] != marked.words, kind="stable")[:SHOWN]
    cards = "".join(_marked(marked, names, int(i)) for i in order)
    st.html(f'<style>{STYLE}</style><div class="marks">{cards}</div>')


def _marked(marked: Written, names: list[str], i: int) -> str:
    verdict = int(marked.verdicts[1, i])
    frame = REAL if verdict == marked.truth[i] else ANOMALY
    source = jpeg_url(thumbnail(marked.pictures[1, i], SHOWN_SIDE))
    before = names[int(marked.verdicts[0, i])]
    return (
        f'<figure><img alt="{names[marked.truth[i]]} with {names[marked.words[i]]} written on it" src="{source}" '
        f'style="border-color:{frame}"><figcaption>bare: <b>{before}</b><br>with the word: <b>{names[verdict]}</b>'
        "</figcaption></figure>"
    )


def lesson(kind: str, result: Outcome | None, marked: Written | None) -> None:
    """What goes wrong, with the numbers of this kind."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"#### What happens\n{WHY[kind]}")
        if result is not None:
            margin = float((result.true - result.false).mean())
            error = float(np.sqrt(result.share * (1 - result.share) / len(result.traps)))
            st.latex(rf"\frac1N\sum_n \mathbb 1[t_n^\top p_n > f_n^\top p_n] = {result.share:.2f} \pm {error:.2f}")
            st.latex(rf"\overline{{t^\top p - f^\top p}} = {margin:+.3f}")
            st.caption("± is one standard error; guessing gives 0.50.")
        else:
            found = shares(marked)
            st.latex(
                rf"p(\text{{thing}}):\ {found['thing'][0]:.2f} \to {found['thing'][1]:.2f},\qquad "
                rf"p(\text{{word}}):\ {found['word'][0]:.2f} \to {found['word'][1]:.2f}"
            )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Cover the sentences and look at a picture: what would you say of it? No caption says *not*.\n"
            "2. Choose the model of photos: it never saw a scene. Which bars fall to guessing, which hold?\n"
            "3. Our model of scenes was trained against such false sentences. Which traps did that cure, which not?\n"
            "4. Fetch a public model in *Search*: it reads. Write a word on a thing and watch."
        )
        show_code("scenes/negatives.py", "negative")
