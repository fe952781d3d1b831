"""The measured table of the race, several seeds a method, beside the published figures."""

import pandas as pd
import streamlit as st

from engine.gans.methods import METHODS
from engine.gans.race_table import PUBLISHED, Figure, Table, read
from engine.gans.toys import TOYS

TITLES = {"ring": "PacGAN's ring", "grid": "the 5 × 5 grid"}


def render(data: str) -> None:
    """The table of the data on show if they were measured, else of the first that were; nothing before that."""
    tables = read()
    if not tables:
        return
    toy = data if data in tables else next(iter(tables))
    table, modes = tables[toy], len(TOYS[toy]().mode_shares)
    st.markdown(f"#### Measured on {TITLES.get(toy, toy)}: {table.seeds} seeds a method")
    st.dataframe(rows(table), hide_index=True, column_config=COLUMNS)
    st.caption(
        f"Mean ± standard error over the seeds after {table.steps:,} steps, counted on {table.samples:,} points. A "
        f"mode of {modes} is made when it holds at least a tenth of its share in points within 3 s of it; *touched* "
        "counts it from the first such point on, as the papers do. The papers' networks are others, so their rows are "
        f"landmarks, not rivals. Again: `{table.command}` ({table.device})."
    )


COLUMNS = {
    "seconds": st.column_config.NumberColumn("seconds", format="%.0f", help="To train all seeds side by side"),
    "diverged": st.column_config.NumberColumn("diverged", help="Seeds that ended with a number that is not finite"),
}


def rows(table: Table) -> pd.DataFrame:
    """A line for each method, then one for each paper."""
    ours = [
        {
            "": METHODS[name].title, "modes": spelt(row.modes), "touched": spelt(row.touched),
            "high quality %": spelt(row.high_quality, 100), "reverse KL": spelt(row.reverse_kl),
            "JS": spelt(row.js), "diverged": row.diverged, "seconds": row.seconds, "source": METHODS[name].source,
        }
        for name, row in table.rows.items()
    ]  # fmt: skip
    theirs = [
        {
            "": f"{paper.who}, published", "touched": f"{paper.modes:.1f}",
            "high quality %": f"{100 * paper.high_quality:.1f}", "source": paper.source,
        }
        for paper in PUBLISHED.get(table.toy, [])
    ]  # fmt: skip
    return pd.DataFrame(ours + theirs)


def spelt(figure: Figure, factor: float = 1) -> str:
    """Mean ± standard error."""
    return f"{factor * figure.mean:.2f} ± {factor * figure.error:.2f}"
