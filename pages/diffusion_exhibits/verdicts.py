"""A table of generated pictures on which a judge has passed its verdict: what it misreads is framed and named."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from engine import client, pictures
from engine.datasets import CLASSES
from pages.kit import roles


@dataclass(frozen=True)
class Verdicts:
    """A row of pictures (N, H, W[, 3]) in 0…1 meant as `classes` (N,), and the judge's p(y|x), (N, 10)."""

    title: str
    pictures: np.ndarray
    classes: tuple[int, ...]
    p: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Which pictures the judge reads as they were meant, bool (N,)."""
        return self.p.argmax(1) == np.array(self.classes)

    @property
    def spread(self) -> float:
        """How far pictures lie from their mean: root mean square per pixel, 0 when all are the same."""
        return float(np.sqrt(self.pictures.var(0).mean()))


@st.cache_data(max_entries=64, show_spinner=False)
def judged(data: str, images: np.ndarray) -> np.ndarray:
    """p(y|x), (N, 10), of pictures (N, 28, 28) or (N, 32, 32, 3) in 0…1, by the judge of a data set."""
    x = np.moveaxis(images, -1, 1) if images.ndim == 4 else images[:, None]
    return client.engine().call(f"judge-{data}", "classify", x=x.astype(np.float32))


def class_counts(p: np.ndarray) -> np.ndarray:
    """How many pictures a judge reads as each class, (10,), from its p(y|x), (N, 10)."""
    return np.bincount(p.argmax(1), minlength=p.shape[1])


def verdict_table(data: str, columns: Sequence[str], rows: Sequence[Verdicts], notes: Sequence[str], dial: str) -> None:
    """Rows of pictures under the names of their columns, each with a note at its end; the row titled `dial` stands out.

    A picture that the judge misreads has a frame and what the judge takes it for.
    """
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr{' class=dial' if row.title == dial else ''}><th scope='row'>{escape(row.title)}</th>"
        f"{_cells(data, row)}<td class='note'>{escape(note)}</td></tr>"
        for row, note in zip(rows, notes, strict=True)
    )
    st.html(
        f"<style>{STYLE}</style><div class='verdicts'><table><thead><tr><td></td>{head}<td></td></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


STYLE = f"""
.verdicts {{ overflow-x: auto; }}
.verdicts table {{ width: 100%; min-width: 34rem; table-layout: fixed; border-collapse: separate;
  border-spacing: 2px; }}
.verdicts th {{ font-size: 0.85rem; font-weight: 600; overflow-wrap: anywhere; line-height: 1.1; padding: 2px 0; }}
.verdicts th[scope=row], .verdicts thead td:first-child {{ width: 4rem; text-align: right; padding-right: 0.5rem; }}
.verdicts .note, .verdicts thead td:last-child {{ width: 5.5rem; font-size: 0.85rem; padding-left: 0.5rem; }}
.verdicts .dial th, .verdicts .dial .note {{ color: {roles.GENERATED}; font-weight: 700; }}
.verdicts .picture {{ position: relative; padding: 0; }}
.verdicts img {{ display: block; width: 100%; box-sizing: border-box; image-rendering: pixelated; border-radius: 4px;
  border: 3px solid transparent; }}
.verdicts .dial img {{ border-color: {roles.GENERATED}; }}
.verdicts .wrong img {{ border-color: {roles.ANOMALY}; border-style: dashed; }}
.verdicts .wrong span {{ position: absolute; right: 3px; bottom: 3px; max-width: 95%; padding: 0 4px; overflow: hidden;
  font-size: 0.75rem; font-weight: 700; line-height: 1.3; color: #fff; background: #a84300; border-radius: 4px 0; }}
"""


def _cells(data: str, row: Verdicts) -> str:
    names = CLASSES[data]
    cells = []
    for picture, y, p, right in zip(row.pictures, row.classes, row.p, row.right, strict=True):
        read = names[int(p.argmax())]
        text = escape(f"{names[y]} at {row.title}: the judge reads {read} ({p.max():.0%})")
        source = pictures.data_url(pictures.to_png(picture, compression=1))
        kind, badge = ("", "") if right else (" wrong", f"<span aria-hidden='true'>{escape(read)}</span>")
        cells.append(f"<td class='picture{kind}'><img alt='{text}' title='{text}' src='{source}'>{badge}</td>")
    return "".join(cells)
