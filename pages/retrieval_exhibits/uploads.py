"""A person's own pictures: files and zip archives → small pictures in memory, gone with the session.

They come in while one watches; whatever interrupts (any click) keeps what has come, and the next run goes on.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np
import streamlit as st
from PIL import Image

from engine import albums
from engine.clip.library import SUFFIXES, digest, thumbnail
from engine.decoder import UploadError
from engine.images import FILE_BYTES
from pages.autoencoder_exhibits.sources import UPLOADS

MOST = 1000
MOST_BYTES = 400 * 2**20
"""So much an archive may unfold to."""
SESSION = "retrieval-own"


@dataclass(frozen=True)
class Own:
    """A picture of the person: its file's name, the label that name or folder gives, a digest, a small JPEG."""

    name: str
    label: str
    digest: str
    jpeg: bytes = field(repr=False)

    def pixels(self) -> np.ndarray:
        """uint8 (H, W, 3), the longer side at most 256."""
        return np.asarray(Image.open(BytesIO(self.jpeg)).convert("RGB"))


@dataclass
class Taken:
    """What has come of one uploaded file so far."""

    pictures: list[Own] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    done: bool = False


def own_pictures() -> list[Own]:
    """The uploader, and the pictures that have come through it."""
    files = st.file_uploader(
        "Pictures, or a zip of them", [*UPLOADS, "zip"], accept_multiple_files=True, key="retrieval-files",
        max_upload_size=20, help="A folder's name inside a zip, or the start of a file's name, becomes its label.",
    )  # fmt: skip
    st.caption("They stay in memory, lose their metadata, and are gone when you close the page.")
    held: dict[str, Taken] = st.session_state.setdefault(SESSION, {})
    wanted = {file.file_id: file for file in files}
    for stale in held.keys() - wanted.keys():
        del held[stale]
    new = {key: file for key, file in wanted.items() if not held.get(key, Taken()).done}
    if new:
        take_in(new, held)
    report([sentence for taken in held.values() for sentence in taken.refused])
    return [own for key in wanted for own in held[key].pictures][:MOST]


def take_in(files: dict, held: dict[str, Taken]) -> None:
    """Decode new files with a bar; each picture is kept as it comes."""
    for key in files:
        held.setdefault(key, Taken()).refused.clear()
    unfolded = [(key, *entry) for key, file in files.items() for entry in _entries(file, held[key])]
    seen = {(key, own.name) for key, taken in held.items() for own in taken.pictures}
    waiting = [entry for entry in unfolded if (entry[0], entry[1]) not in seen]
    bar = st.progress(0.0, f"Opening {len(waiting)} pictures …")
    for i, answer in enumerate(albums.opened(read for _, _, read in waiting)):
        key, name, _ = waiting[i]
        if isinstance(answer, UploadError):
            held[key].refused.append(f"{name}: {answer}")
        else:
            held[key].pictures.append(Own(name, label_of(name), digest(answer), thumbnail(answer)))
        if i % 4 == 0:
            bar.progress((i + 1) / len(waiting), f"Opened {i + 1} of {len(waiting)} pictures …")
    for key in files:
        held[key].done = True
    bar.empty()


def _entries(file, taken: Taken) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The pictures in an uploaded file: itself, or those of an archive."""
    if not file.name.lower().endswith(".zip"):
        yield file.name, file.getvalue
        return
    try:
        archive = zipfile.ZipFile(file)
        yield from _unfolded(archive, taken)
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        taken.refused.append(f"{file.name}: this archive cannot be read ({error}).")


def _unfolded(archive: zipfile.ZipFile, taken: Taken) -> Iterator[tuple[str, Callable[[], bytes]]]:
    strange, bytes_so_far, count = 0, 0, 0
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        if info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        bytes_so_far += info.file_size
        if path.suffix.lower() not in SUFFIXES:
            strange += 1
        elif info.file_size > FILE_BYTES:
            taken.refused.append(f"{info.filename}: larger than 20 MB.")
        elif bytes_so_far > MOST_BYTES or count >= MOST:
            taken.refused.append(f"The archive holds more than {MOST} pictures or 400 MB: the rest is left out.")
            break
        else:
            count += 1
            yield info.filename, lambda info=info: _read(archive, info)
    if strange:
        taken.refused.append(f"{strange} files in the archive are no pictures.")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """An entry's bytes, never more than a file may have, whatever the archive says of itself."""
    try:
        with archive.open(info) as entry:
            return entry.read(FILE_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise OSError(str(error)) from error


def label_of(name: str) -> str:
    """The folder that a file lies in, or the words that its name begins with: "cats/1.jpg" and "cat_01.jpg"."""
    path = PurePosixPath(name)
    if path.parent.name:
        return path.parent.name.replace("_", " ").lower()
    begins = re.match(r"[^\W\d_]+(?:[ _-][^\W\d_]+)*", path.stem)
    return begins.group().replace("_", " ").replace("-", " ").lower() if begins else ""


def report(refused: list[str]) -> None:
    """What was left out, and why."""
    if refused:
        with st.expander(f"{len(refused)} left out", icon=":material/image_not_supported:"):
            st.markdown("\n".join(f"- {sentence}" for sentence in refused[:40]))
