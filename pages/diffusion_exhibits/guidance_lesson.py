"""What guidance adds to the predicted noise, in numbers of this run; what it buys and what it costs."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import cards, client
from pages.diffusion_exhibits.runs import Result, Run
from pages.diffusion_exhibits.verdicts import Verdicts
from pages.kit import roles
from pages.kit.code import show_code


def render(data: str, run: Run, result: Result, rows: Sequence[Verdicts], one_class: bool) -> None:
    """The lesson below the exhibit, with the numbers of `run`, which is at the dial's w."""
    left, right = st.columns(2, gap="large")
    with left:
        if run.options:
            by_classifier(run)
        else:
            classifier_free(run, result)
        cost(rows, one_class)
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Read down a column: where does the picture begin to be its class, and what stays of the noise's idea?\n"
            "2. At w = 0 the class goes unheard: from one noise there is one picture only.\n"
            "3. Turn to *Noises*: with growing w the ten become alike. Which w would you choose for a data set?\n"
            "4. w = 10 and 50 steps: is it the guidance or the few steps that overdoes the strokes?"
        )
        measured(run)
        show_code("diffusion/guidance.py", "classifier_guided" if run.options else "classifier_free")


def classifier_free(run: Run, result: Result) -> None:
    """Equation 6 of Ho & Salimans 2022 with the sizes of its terms half-way through the run."""
    frame = result.frames[len(result.frames) // 2]
    without, difference = parts(run, frame)
    st.markdown(
        "#### Away from no class\n"
        "The network was trained with the class hidden now and then, so it knows two noises: one given the class $y$ "
        "and one given nothing. Guidance walks from the second past the first. "
        f"Half-way, at t = {frame.t}, for the first picture at the dial's w, in root mean square per pixel:"
    )
    st.latex(
        r"\begin{gathered}\tilde\varepsilon = \varepsilon(x,\varnothing) + w\,"
        r"\big(\varepsilon(x,y)-\varepsilon(x,\varnothing)\big) \\"
        r"\underbrace{\varepsilon(x,\varnothing)}_{%.2f} + %.1f \cdot"
        r"\underbrace{\big(\varepsilon(x,y)-\varepsilon(x,\varnothing)\big)}_{%.3f}\end{gathered}"
        % (without, run.w, difference)
    )
    st.markdown(
        f"The class moves the predicted noise by {difference / without:.1%} of its size; w makes "
        f":orange[**{abs(run.w) * difference / without:.1%}**] of it."
    )


def by_classifier(run: Run) -> None:
    """Algorithm 2 of Dhariwal & Nichol 2021."""
    st.markdown(
        "#### Up the classifier's slope\n"
        "A second network reads the class through the noise. The slope of its log-likelihood says which pixels would "
        "make it surer, and the sampler follows, as far as the scale w says. The diffusion model itself is told no "
        "class. Every step costs a walk through the classifier and back."
    )
    st.latex(
        r"\tilde\varepsilon = \varepsilon(x_t,\varnothing) - %.1f\,\sqrt{1-\bar\alpha_t}\;\nabla_{x_t}\log p(y\,|\,x_t)"
        % run.w
    )


@st.cache_data(max_entries=64, show_spinner=False)
def parts(run: Run, _frame) -> tuple[float, float]:
    """Root mean squares per pixel of ε(x, ∅) and of ε(x, y) − ε(x, ∅) for the first picture of a frame."""
    x_t = np.repeat(_frame.x_t[:1].astype(np.float32), 2, 0)
    classes = np.array([run.classes[0], cards.read(run.model).config["classes"]], np.int64)
    t = np.full(2, _frame.t, np.float32)
    given, without = client.engine().call(run.model, "predict_noise", x_t=x_t, t=t, classes=classes)
    return float(np.sqrt(np.square(without).mean())), float(np.sqrt(np.square(given - without).mean()))


def cost(rows: Sequence[Verdicts], one_class: bool) -> None:
    """What w costs, from the rows on show."""
    st.markdown("#### What w costs")
    if not one_class:
        st.markdown("Turn *Side by side* to *Noises*: one class from ten noises shows how alike pictures become.")
        return
    least, most = rows[1], rows[-1]
    st.markdown(
        "The spread is how far the ten pictures lie from their mean, root mean square per pixel. "
        f"At {least.title} it is {least.spread:.3f}, at {most.title} :red[**{most.spread:.3f}**], "
        f"{change(most.spread / least.spread)}: whatever the class does not share is given up first."
    )


def change(ratio: float) -> str:
    """A ratio as a change: +5%, −16%."""
    return f"{ratio - 1:+.0%}".replace("-", "−")


def measured(run: Run) -> None:
    """The card's accuracies over w, where they were measured."""
    metrics = cards.read(run.model).metrics
    known = {float(name.removeprefix("accuracy_w")): m for name, m in metrics.items() if name.startswith("accuracy_w")}
    if not known:
        st.caption(f"How often the judge agrees over many samples is not yet on the card of `{run.model}`.")
        return
    samples = min(metric.samples for metric in known.values())
    st.markdown(f"#### Measured on {samples:,} pictures a point")
    figure = go.Figure(layout={"height": 230, "margin": {"l": 0, "r": 0, "t": 10, "b": 0}, "showlegend": False})
    figure.add_scatter(
        x=list(known), y=[metric.value for metric in known.values()], mode="lines+markers", name="accuracy",
        line={"color": roles.GENERATED, "width": 3}, marker={"size": 9},
    )  # fmt: skip
    figure.add_vline(run.w, line={"color": roles.NOISE, "dash": "dot"}, annotation_text="your w")
    figure.update_xaxes(title="w")
    figure.update_yaxes(title="read as meant", tickformat=".0%")
    st.plotly_chart(figure, key="guidance-measured", config={"displayModeBar": False})
