"""Zero-shot bench: a classifier whose weights are written in words."""

from html import escape

import numpy as np
import streamlit as st

from engine.clip.prompts import filled
from engine.clip.queries import classifier, probabilities
from engine.errors import BadRequest
from pages.kit.code import show_code
from pages.kit.downloads import csv_button, npz_button
from pages.kit.footer import timed
from pages.kit.roles import ANOMALY, REAL, TEXT
from pages.retrieval_exhibits.bench_pictures import DRAWN, TASKS, Bench, bench
from pages.retrieval_exhibits.models import choose_encoder, embedded_texts, logit_scale, templates
from pages.retrieval_exhibits.sorting import Sorted, sort
from pages.retrieval_exhibits.zero_shot_charts import TEMPERATURES, by_temperature, by_template, confusion

MOST_CLASSES, MOST_TEMPLATES = 40, 12
SHOWN = 18
STILL = {"displayModeBar": False}


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([7, 2], gap="medium")
    with controls:
        task = st.selectbox("Sort", list(TASKS), key="task", bind="query-params", format_func=TASKS.get)
        encoder = choose_encoder("clip-scenes" if task in DRAWN else "clip-flickr8k", f"model-zero-{task in DRAWN}")
        pictures = bench(task, encoder)
        if pictures is not None:
            classes = lines("Classes, one a line", pictures.classes, f"classes-{task}", MOST_CLASSES, 190)
            sentences = lines(
                "Templates, {} is the class", templates(encoder.name), f"templates-{task}", MOST_TEMPLATES, 150
            )
            warmth = st.select_slider(
                "Temperature, × the learned one", TEMPERATURES, 1.0, key="temperature", bind="query-params",
                format_func="{:g}".format,
            )  # fmt: skip
    with view:
        if pictures is None:
            st.info("Drop pictures, or a zip of folders named by what is in them, into the field beside this.",
                    icon=":material/upload:")  # fmt: skip
            return
        scale = logit_scale(encoder.identity) / warmth
        with timed():
            texts = text_vectors(encoder.identity, classes, sentences)
        show(pictures, classes, sentences, texts, scale, warmth)
    lesson(classes, sentences, texts, pictures, scale)


def lines(label: str, start: tuple[str, ...], key: str, most: int, height: int) -> tuple[str, ...]:
    """A field of lines; empty ones and repetitions do not count."""
    text = st.text_area(label, "\n".join(start), height=height, key=key, max_chars=4000)
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[:most] or start


def text_vectors(identity: str, classes: tuple[str, ...], sentences: tuple[str, ...]) -> np.ndarray:
    """Every class in every template, float32 (C, T, D). Raises `BadRequest` for a template without {}."""
    try:
        texts = filled(sentences, classes)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    flat = embedded_texts(identity, tuple(text for row in texts for text in row))
    return flat.reshape(len(classes), len(sentences), -1)


def show(
    pictures: Bench,
    classes: tuple[str, ...],
    sentences: tuple[str, ...],
    texts: np.ndarray,
    scale: float,
    warmth: float,
) -> None:
    """Figures, pictures with their probabilities, and what templates and temperature do."""
    answer = sort(pictures, classes, classifier(texts), scale)
    alone = [sort(pictures, classes, classifier(texts[:, [t]]), scale) for t in range(len(sentences))]
    figures(answer, alone, len(classes))
    mistakes_first = st.toggle("Mistakes first", key="mistakes", bind="query-params")
    st.html(f"<style>{STYLE}</style>{wall(pictures, classes, answer, mistakes_first)}")
    left, right = st.columns(2, gap="medium")
    if answer.accuracy is not None:
        left.plotly_chart(confusion(answer, classes), key="confusion", config=STILL, alt="Confusion matrix")
        right.plotly_chart(
            by_template(answer, alone, sentences), key="by-template", config=STILL, alt="Accuracy by template"
        )
    curve = by_temperature(pictures, classes, texts, scale * warmth, warmth)
    (right if answer.accuracy is not None else left).plotly_chart(
        curve, key="by-temperature", config=STILL, alt="Confidence by temperature"
    )
    rows = [
        {"picture": name, "truth": truth, "read as": classes[int(p.argmax())], "probability": round(float(p.max()), 4)}
        for name, truth, p in zip(pictures.names, pictures.truth, answer.p, strict=True)
    ]
    with st.container(horizontal=True):
        csv_button("Verdicts CSV", "zero-shot", rows)
        npz_button("Probabilities NPZ", "zero-shot", p=answer.p, truth=answer.truth, classes=np.array(classes))


def figures(answer: Sorted, alone: list[Sorted], classes: int) -> None:
    """Accuracy of the ensemble and of single templates, chance beside them, and confidence."""
    with st.grid(4, min_column_width=140):
        if answer.accuracy is not None:
            singles = [each.accuracy for each in alone]
            st.metric("Right", f"{answer.accuracy:.0%}", f"chance {1 / classes:.0%}", delta_color="off",
                      delta_arrow="off", border=True)  # fmt: skip
            st.metric("Single templates", f"{np.mean(singles):.0%}", f"{min(singles):.0%} … {max(singles):.0%}",
                      delta_color="off", delta_arrow="off", border=True)  # fmt: skip
        entropy = -(answer.p * np.log2(np.maximum(answer.p, 1e-12))).sum(1).mean()
        st.metric("Confidence", f"{answer.p.max(1).mean():.0%}", "mean of the largest", delta_color="off",
                  delta_arrow="off", border=True)  # fmt: skip
        st.metric("Doubt", f"{entropy:.2f} bits", f"at most {np.log2(max(classes, 2)):.2f}", delta_color="off",
                  delta_arrow="off", border=True)  # fmt: skip


def wall(pictures: Bench, classes: tuple[str, ...], answer: Sorted, mistakes_first: bool) -> str:
    """Pictures with their three most probable classes."""
    order = range(len(answer.p))
    if mistakes_first:
        order = np.argsort(~(answer.known & (answer.p.argmax(1) != answer.truth)), kind="stable")
    return f'<div class="sorted">{"".join(_card(pictures, classes, answer, int(i)) for i in order[:SHOWN])}</div>'


def _card(pictures: Bench, classes: tuple[str, ...], answer: Sorted, i: int) -> str:
    best = answer.p[i].argsort()[::-1][:3]
    bars = "".join(_bar(classes[c], float(answer.p[i, c]), _role(answer, i, int(c))) for c in best)
    frame = _role(answer, i, int(best[0]))
    return (
        f'<figure><img alt="{escape(pictures.names[i])}" src="{pictures.urls[i]}" style="border-color:{frame}">'
        f"<div>{bars}</div></figure>"
    )


def _role(answer: Sorted, i: int, c: int) -> str:
    if not answer.known[i]:
        return TEXT
    return REAL if c == answer.truth[i] else ANOMALY


def _bar(name: str, p: float, colour: str) -> str:
    filled_part = f'<u style="width:{100 * p:.1f}%;background:{colour}"></u>'
    return f"<p><span>{escape(name)}</span><b>{p:.0%}</b></p><i>{filled_part}</i>"


STYLE = """
.sorted { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(8.2rem, 30%), 1fr)); gap: 0.9rem 0.8rem; }
.sorted figure { margin: 0; }
.sorted img { width: 100%; aspect-ratio: 1; object-fit: cover; border: 3px solid; border-radius: 8px; }
.sorted p { display: flex; justify-content: space-between; gap: 0.3rem; margin: 0.15rem 0 0; font-size: 0.78rem;
  line-height: 1.3; }
.sorted p span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.sorted p b { font-weight: 600; font-variant-numeric: tabular-nums; }
.sorted i { display: block; height: 4px; background: rgba(128, 128, 128, 0.22); border-radius: 2px; }
.sorted u { display: block; height: 100%; border-radius: 2px; }
"""


def lesson(
    classes: tuple[str, ...], sentences: tuple[str, ...], texts: np.ndarray, pictures: Bench, scale: float
) -> None:
    """The classifier as an equation, with the first picture's numbers."""
    weights = classifier(texts)
    cosines = pictures.vectors[0] @ weights.T
    p = probabilities(pictures.vectors[:1], weights, scale)[0]
    best = int(p.argmax())
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A classifier that was never trained\n"
            "Write down the classes, put each into a sentence, and let the text tower turn the sentences into vectors: "
            "they *are* the weights of a linear classifier. Several sentences a class are averaged, which costs "
            "nothing afterwards and steadies the answer. For the first picture of the bench, "
            f"read as `{classes[best].replace('`', '')}`:"
        )
        st.latex(
            rf"p(c\,|\,x) = \frac{{e^{{{scale:.1f}\cdot {cosines[best]:.3f}}}}}"
            rf"{{\sum_{{c'}} e^{{{scale:.1f}\,\cdot\, w_{{c'}}^\top x}}}} = {p[best]:.3f}"
        )
        st.latex(rf"w_c = \frac{{1}}{{{len(sentences)}}}\sum_t e(\text{{template}}_t(c)),\ \text{{to length 1}}")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Write *thing* as one more class. Whom does it rob?\n"
            "2. Leave one template, the name alone: `{}`. What do sentences add?\n"
            "3. Turn the temperature: confidence moves, not one verdict does. Why?\n"
            "4. *Pairs never trained on*: a red circle, say, was in no picture and no caption. Impressive? Each of "
            "these pairs has a colour of its own. Now sort *What shape*.\n"
            "5. Zip two folders of your own photos and sort them: the folders' names are the truth."
        )
        show_code("clip/queries.py", "classifier", "probabilities")
