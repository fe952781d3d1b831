"""/model-cards: every model, its figure, the published one, the gap, and the command that measures it again."""

import pandas as pd
import streamlit as st

from engine import cards
from engine.cards import Card, CheckpointError
from pages.kit.footer import footer

HEADLINES = (
    "neg_elbo",
    "perplexity",
    "nll_per_code",
    "frechet_lenet",
    "modes",
    "detour_mapped_w",
    "accuracy",
    "accuracy_t300",
    "mse",
)


METRIC_WIDTH = 210  # pixels: a dozen of them wrap into rows


def headline(card: Card) -> str | None:
    """The metric that says most about this kind of model; None while nothing has been measured."""
    return next((name for name in HEADLINES if name in card.metrics), None)


def row(card: Card) -> dict:
    """One line of the table; the gap is ours minus theirs."""
    name = headline(card)
    ours = card.metrics[name].value if name else None
    theirs = next((reference.value for reference in card.published if reference.metric == name), None)
    return {
        "model": card.title,
        "data": card.dataset,
        "metric": name,
        "ours": ours,
        "published": theirs,
        "gap": ours - theirs if ours is not None and theirs is not None else None,
        "parameters": card.parameters,
        "trained": min(card.steps_done / card.steps_full, 1.0),
    }


def race(readable: list[Card]) -> None:
    """Generators of the same data side by side: how far their samples are from the test set, nearest first."""
    rows = [
        {"data": card.dataset, "model": card.title, "Fréchet distance": metric.value, "samples": metric.samples}
        for card in readable
        if (metric := card.metrics.get("frechet_lenet"))
    ]
    if rows:
        st.subheader("Generators, by Fréchet distance", anchor=False)
        st.caption("In the features of a small judge of our own, so comparable with each other only; less is better.")
        st.dataframe(pd.DataFrame(rows).sort_values(["data", "Fréchet distance"]), hide_index=True)


def show(card: Card) -> None:
    """A card in full."""
    st.subheader(card.title)
    figures = st.container(horizontal=True)
    for name, metric in card.metrics.items():
        seeds = f", {metric.seeds} seeds" if metric.seeds > 1 else ""
        figures.metric(
            name, f"{metric.value:.4g}", f"{metric.samples:,} samples{seeds}", delta_color="off", delta_arrow="off",
            width=METRIC_WIDTH,
        )  # fmt: skip
    for reference in card.published:
        st.markdown(f"Published: **{reference.metric} {reference.value:g}** — {reference.source}")
    facts, limits = st.columns(2, gap="large")
    facts.markdown(
        f"- **Data:** {card.dataset} ({card.licence}); {card.split}\n"
        f"- **Network:** `{card.kind}` {card.config}, {card.parameters:,} parameters\n"
        f"- **Objective:** `{card.objective}`, seed {card.seed}\n"
        f"- **Trained:** {card.steps_done:,} of {card.steps_full:,} steps, {card.minutes:g} minutes on {card.device}\n"
        f"- **Weights:** float16, sha256 `{card.sha256[:16]}…`"
    )
    limits.markdown(f"**Limits.** {card.limits}")
    limits.markdown("Measure it again:")
    limits.code(card.command, language="bash")


st.title("Model cards")
st.markdown(
    "Every picture in Manifold comes from one of these. The figures are measured on held-out data with the "
    "weights as they "
    "are shipped; ELBOs are for pictures binarised anew each time (Bernoulli likelihood), in nats."
)
readable, broken = [], []
for name in cards.names():
    try:
        readable.append(cards.read(name))
        cards.verified_weights(name)
    except CheckpointError as error:
        broken.append(str(error))
readable.sort(key=lambda card: (not card.published, card.name))
for sentence in broken:
    st.error(sentence, icon=":material/error:")
if readable:
    table = pd.DataFrame([row(card) for card in readable])
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "ours": st.column_config.NumberColumn(format="%.4g"),
            "published": st.column_config.NumberColumn(format="%.4g"),
            "gap": st.column_config.NumberColumn(format="%+.4g", help="ours − published"),
            "parameters": st.column_config.NumberColumn(format="localized"),
            "trained": st.column_config.ProgressColumn(
                format="percent", min_value=0, max_value=1, help="of the full budget"
            ),
        },
    )
    st.download_button("CSV", table.to_csv(index=False), "manifold-models.csv", "text/csv", icon=":material/table:")
    titles = {card.title: card for card in readable}
    show(titles[st.selectbox("Card", list(titles), key="card", bind="query-params")])
    race(readable)
footer()
