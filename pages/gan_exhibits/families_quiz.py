"""The lecture's questions about the three families, answered by what was measured above."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from pages.gan_exhibits.families_measured import Family


class Question(NamedTuple):
    """A question whose answer is a family: the one for which `value` is least; ties are all right."""

    key: str
    text: str
    value: Callable[[Family], float]
    says: Callable[[Family], str]


def ask(families: list[Family], errors: dict[str, float | None]) -> None:
    """The questions, each with its answer once somebody has guessed."""
    for question in questions(errors):
        _ask(question, families)


def questions(errors: dict[str, float | None]) -> list[Question]:
    """All questions that the measurements can answer."""
    return [
        Question(
            "passes", "Which one needs many passes through its network for a picture?",
            lambda family: -family.passes, lambda family: f"{family.title} {family.passes}",
        ),
        Question(
            "time", "Which one makes a picture fastest here?",
            lambda family: family.milliseconds, lambda family: f"{family.title} {family.milliseconds:.2f} ms",
        ),
        Question(
            "encoder", "Which one has an encoder, so that it can tell the code of a picture?",
            lambda family: errors[family.title] is None,
            lambda family: f"{family.title}: " + (
                "knows no operation `encode`" if errors[family.title] is None
                else f"gives a picture back with an RMS of {errors[family.title]:.3f}"
            ),
        ),
        Question(
            "likelihood", "Which one is trained without any bound on a likelihood, by a game?",
            lambda family: not family.card.objective.startswith("Adversarial"),
            lambda family: f"{family.title} `{family.card.objective.split('(')[0]}`",
        ),
        Question(
            "soft", "Whose pictures are the softest?",
            lambda family: family.sharpness, lambda family: f"{family.title} {family.sharpness:.2f}",
        ),
        Question(
            "diversity", "Whose wall is the least diverse?",
            lambda family: family.entropy,
            lambda family: f"{family.title} {family.covered} classes, H = {family.entropy:.2f}",
        ),
        Question(
            "quality", "Whose pictures lie closest to the data, by Fréchet distance?",
            lambda family: float("inf") if family.frechet is None else family.frechet,
            lambda family: f"{family.title} "
            + ("not measured" if family.frechet is None else f"{family.frechet:.2f}"),
        ),
    ]  # fmt: skip


def _ask(question: Question, families: list[Family]) -> None:
    guess = st.segmented_control(
        question.text, [family.title for family in families], key=f"quiz-{question.key}", bind="query-params"
    )
    if guess is None:
        return
    best = min(question.value(family) for family in families)
    right = [family.title for family in families if question.value(family) == best]
    numbers = " · ".join(question.says(family) for family in families)
    if guess in right:
        st.markdown(f":green[:material/check_circle: **Yes.**] {numbers}")
    else:
        st.markdown(f":red[:material/cancel: **Measured otherwise:**] {' and '.join(right)}. {numbers}")
