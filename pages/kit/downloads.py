"""Download what you made. A file is made when its button is pressed, so that a rerun costs nothing for it."""

import csv
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from zipfile import ZipFile

import numpy as np
import streamlit as st

from engine import pictures


def png_button(label: str, picture: np.ndarray | Callable[[], np.ndarray], name: str, factor: int = 8) -> None:
    """A picture (H, W[, 3 or 4]) uint8 or 0…1 as PNG, enlarged without blur; a function makes it when it is wanted."""

    def png() -> bytes:
        made = picture() if callable(picture) else picture
        return pictures.to_png(pictures.enlarge(pictures.to_uint8(made), factor))

    _button(label, png, f"{name}.png", "image/png", ":material/image:")


def gif_button(label: str, frames: np.ndarray, name: str, fps: float = 12, bounce: bool = True) -> None:
    """Frames (T, H, W[, 3]) uint8 as an endless GIF."""

    def gif() -> bytes:
        return pictures.to_gif(frames, fps, 8, bounce)

    _button(label, gif, f"{name}.gif", "image/gif", ":material/gif_box:")


def npz_button(label: str, name: str, **arrays: np.ndarray) -> None:
    """Arrays as a NumPy archive."""

    def npz() -> bytes:
        file = BytesIO()
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    _button(label, npz, f"{name}.npz", "application/octet-stream", ":material/data_array:")


def csv_button(label: str, name: str, rows: Sequence[dict[str, object]]) -> None:
    """Rows with the same columns as a table; a text that a spreadsheet would run as a formula is quoted."""

    def csv_file() -> bytes:
        file = StringIO(newline="")
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows({column: _plain(value) for column, value in row.items()} for row in rows)
        return file.getvalue().encode("utf-8-sig")

    _button(label, csv_file, f"{name}.csv", "text/csv", ":material/table:")


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def zip_button(label: str, make: Callable[[], dict[str, np.ndarray]], name: str) -> None:
    """Several pictures (H, W[, 3 or 4]) uint8 as PNG files, by their names, in one archive."""

    def archive() -> bytes:
        file = BytesIO()
        with ZipFile(file, "w") as folder:
            for title, picture in make().items():
                folder.writestr(f"{title}.png", pictures.to_png(picture))
        return file.getvalue()

    _button(label, archive, f"{name}.zip", "application/zip", ":material/folder_zip:")


def _button(label: str, make: Callable[[], bytes], file_name: str, mime: str, icon: str) -> None:
    st.download_button(label, make, file_name, mime, icon=icon, on_click="ignore")
