"""`python -m engine.clip.library`: a picture library on disk that can be searched with words, here and on the page.

    python -m engine.clip.library add FOLDER        embed what is new or changed below a folder
    python -m engine.clip.library search "a dog"    the best matches
    python -m engine.clip.library info              how many pictures, by which model, where

`add` may be stopped at any time; the same command goes on where it was. `MANIFOLD_LIBRARY` or `--library` names another
folder, or an address of object storage.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from engine import albums, client
from engine.clip.framing import squeezed
from engine.clip.library_encoders import Encoder
from engine.clip.store import Entry, LibraryError, Store
from engine.decoder import UploadError
from engine.errors import EngineError

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic"))
MODEL = "clip-flickr8k"
BATCH = 64
THUMBNAIL = 256


@dataclass(frozen=True)
class Progress:
    """How far `add` has come: files looked at of all that are new, pictures added, seconds, and the last file that was
    refused with its reason."""

    done: int
    files: int
    added: int
    seconds: float
    refused: tuple[str, str] | None = None


@dataclass(frozen=True)
class File:
    """A file as it was found: its size in bytes and its time of change in ns."""

    path: Path
    size: int
    changed: int


def default_place() -> str:
    """Where the library lies: `MANIFOLD_LIBRARY`, or a folder in the person's cache."""
    return os.environ.get("MANIFOLD_LIBRARY") or str(Path.home() / ".cache" / "manifold" / "library")


def add(folder: Path, store: Store, encoder: Encoder) -> Iterator[Progress]:
    """Embed every picture below `folder` that the store does not hold as it is now. Raises `EngineError`.

    A reader that stops reading stops the work; each batch that was reported is in the store.
    """
    started, known, added = time.perf_counter(), store.known(), 0
    files = [File(path, *stamp(path)) for path in pictures_below(folder)]
    files = [file for file in files if known.get(str(file.path)) != (file.size, file.changed)]
    with closing(albums.opened(file.path.read_bytes for file in files)) as pictures:
        for first in range(0, len(files), BATCH):
            opened = []
            for done, file in enumerate(files[first : first + BATCH], first + 1):
                picture = next(pictures)
                if isinstance(picture, UploadError):
                    seconds = time.perf_counter() - started
                    yield Progress(done, len(files), added, seconds, (str(file.path), str(picture)))
                else:
                    opened.append((file, picture))
            store.put(embedded(opened, encoder))
            added += len(opened)
            yield Progress(min(first + BATCH, len(files)), len(files), added, time.perf_counter() - started)
    store.tidy()


def pictures_below(folder: Path) -> list[Path]:
    """The picture files below a folder by their suffix, in alphabetical order; hidden ones are left alone."""
    found = []
    for root, folders, names in os.walk(folder.resolve()):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(root, name) for name in sorted(names) if not name.startswith(".")]
    return [path for path in found if path.suffix.lower() in SUFFIXES]


def stamp(path: Path) -> tuple[int, int]:
    """Size and time of change; (−1, −1) for a file that is gone."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def embedded(opened: Sequence[tuple[File, np.ndarray]], encoder: Encoder) -> list[Entry]:
    """Pictures uint8 (H, W, 3) of files as entries of a library."""
    if not opened:
        return []
    vectors = encoder.pictures(np.stack([squeezed(picture, encoder.side) for _, picture in opened]))
    return [
        Entry(str(file.path), file.size, file.changed, digest(picture), thumbnail(picture), vector)
        for (file, picture), vector in zip(opened, vectors, strict=True)
    ]


def digest(picture: np.ndarray) -> str:
    """A short name of the pixels: equal pictures in different files have the same one."""
    return blake2b(np.ascontiguousarray(picture), digest_size=12, person=str(picture.shape).encode()[:16]).hexdigest()


def thumbnail(picture: np.ndarray, side: int = THUMBNAIL) -> bytes:
    """A JPEG whose longer side is at most `side`, without metadata."""
    image, file = Image.fromarray(picture), BytesIO()
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    image.save(file, "JPEG", quality=84)
    return file.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """The command line; 1 with a sentence on standard error when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m engine.clip.library", description=__doc__.split("\n")[0])
    parser.add_argument("--library", default=default_place(), help="folder or address (default: %(default)s)")
    parser.add_argument("--model", help=f"who embeds a new library (default: {MODEL}); NAME/TAG is one of open_clip")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="embed a folder").add_argument("folder", type=Path)
    searching = commands.add_parser("search", help="find pictures by words")
    searching.add_argument("words")
    searching.add_argument("-k", type=int, default=10, help="how many")
    commands.add_parser("info", help="what there is")
    options = parser.parse_args(arguments)
    try:
        {"add": _add, "search": _search, "info": _info}[options.command](options)
    except (EngineError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is in stays; the same command goes on from here.", file=sys.stderr)
        return 130
    finally:
        client.stop()
    return 0


def _add(options: argparse.Namespace) -> None:
    if not options.folder.is_dir():
        raise LibraryError(f"There is no folder {options.folder}.")
    encoder = Encoder(options.model or written_by(options.library) or MODEL)
    store = Store(options.library, encoder.identity)
    progress = None
    for progress in add(options.folder, store, encoder):
        if progress.refused:
            print("left out {}: {}".format(*progress.refused), file=sys.stderr)
        rate = progress.added / max(progress.seconds, 1e-9)
        line = f"\r{progress.done} of {progress.files} files, {rate:.0f} pictures/s "
        print(line, end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{progress.added if progress else 0} added, {len(store)} pictures in {options.library}")


def _search(options: argparse.Namespace) -> None:
    store = Store(options.library)
    encoder = Encoder(options.model or store.encoder.split("@")[0])
    store = Store(options.library, encoder.identity)
    hits = store.search(encoder.texts([options.words])[0], options.k)
    for score, path in zip(hits.scores, hits.paths, strict=True):
        print(f"{score:.3f}  {path}")


def _info(options: argparse.Namespace) -> None:
    store = Store(options.library)
    how = "an index" if store.indexed else "exact search"
    print(f"{len(store)} pictures in {options.library}, written by {store.encoder}, answered by {how}")


def written_by(where: str) -> str | None:
    """The name of the model that wrote the library at `where`; None where there is none."""
    try:
        return Store(where).encoder.split("@")[0]
    except LibraryError:
        return None


if __name__ == "__main__":
    sys.exit(main())
