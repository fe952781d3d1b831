"""A public model on its way to this machine, as a progress bar."""

from collections.abc import Iterable

import streamlit as st

from engine.public_models import Fetched

MIB = 2**20


def watch(reports: Iterable[Fetched], looking: str, what: str = "") -> None:
    """Read the reports of a download to the end; any click on the page stops it. `looking` stands there until the first
    report, `what` before how much has come. Raises `EngineError`."""
    bar = st.progress(0.0, looking)
    for report in reports:
        share = report.bytes / report.total if report.total else 0.0
        of = f" of {report.total / MIB:.0f}" if report.total else ""
        bar.progress(min(share, 1.0), f"{what}{report.bytes / MIB:.0f}{of} MiB, {report.seconds:.0f} s")
    bar.empty()
