"""Repositories on the Hugging Face hub: what lies in them, and how files of theirs come into the hub's own cache.

`huggingface_hub` comes with diffusers and open_clip; it is imported when first asked for. Only what is public is asked
for, without anybody's token. Files are fetched by a process of its own, so that a person can stop it at once; what has
come stays, and the next attempt goes on from there.
"""

import json
import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from shutil import disk_usage
from subprocess import DEVNULL, Popen, TimeoutExpired
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from engine.public_models import SECONDS_BETWEEN_REPORTS, Fetched, NoPublicModel

FETCH = [sys.executable, "-m", "engine.hub"]
CONFIGURATION = ["*model_index.json", "*config.json"]
HOME = "https://huggingface.co"
PATIENCE = 2.0
"""So many seconds the hub may take to answer before it counts as out of reach."""
T = TypeVar("T")


def is_folder(source: str) -> bool:
    """Whether a source is meant as a folder: it is one, or no hub name could look like it."""
    return Path(source).expanduser().is_dir() or source.startswith((".", "/", "~", "\\")) or source.count("/") != 1


def folder(source: str, patterns: Sequence[str] = CONFIGURATION) -> Path:
    """Where a source lies on this machine: the folder itself, or a repository in the cache. Raises `NoPublicModel`."""
    if is_folder(source):
        return Path(source).expanduser()
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(source, allow_patterns=list(patterns), local_files_only=True))
    except Exception as error:
        raise NoPublicModel(f"'{source}' is not on this machine yet: fetch it first.") from error


def described(source: str, patterns: Sequence[str] = CONFIGURATION) -> Path:
    """A repository's small files brought here, and their folder in the cache. Raises `NoPublicModel`."""
    from huggingface_hub import snapshot_download

    return Path(_asking(source, lambda: snapshot_download(source, allow_patterns=list(patterns), token=False)))


def sizes(source: str) -> dict[str, int]:
    """The files of a repository and their bytes. Raises `NoPublicModel`."""
    from huggingface_hub import HfApi

    listed = _asking(source, lambda: HfApi(token=False).model_info(source, files_metadata=True).siblings)
    return {file.rfilename: file.size or 0 for file in listed}


def bring(source: str, wanted: dict[str, int], into: Path) -> Iterator[Fetched]:
    """Bring the files `wanted`, with their bytes, to a repository's folder `into` of the cache, as `described` gives
    it, with a report a few times a second. Raises `NoPublicModel`. A reader that stops reading stops the download."""
    missing = {name: size for name, size in wanted.items() if not (into / name).exists()}
    if not missing:
        return
    total, cache, started = sum(missing.values()), into.parent.parent, time.monotonic()
    _check_room(source, total, cache)
    before = _bytes_in(cache, unfinished=False)
    child = Popen([*FETCH, source, *missing], stdout=DEVNULL, stderr=DEVNULL, cwd=Path(__file__).parents[1])
    try:
        while (status := _status(child)) is None:
            came = _bytes_in(cache) - before
            yield Fetched(max(0, min(came, total)), total, time.monotonic() - started)
    finally:
        child.kill()
        child.wait()
    if status != 0:
        raise NoPublicModel(f"'{source}' stopped on the way: is the network gone? Again, and it goes on from there.")


def answers() -> bool:
    """Whether the hub can be reached from here, as far as a connection tells; nothing is sent. Behind a proxy nobody
    knows before trying."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        return False
    address = urlsplit(os.environ.get("HF_ENDPOINT") or HOME)
    if address.scheme in urllib.request.getproxies():
        return True
    found: SimpleQueue[bool] = SimpleQueue()
    port = address.port or (443 if address.scheme == "https" else 80)
    Thread(target=lambda: found.put(_connects(address.hostname, port)), daemon=True).start()
    try:
        return found.get(timeout=PATIENCE)
    except Empty:
        return False


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is none."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def first_line(error: Exception) -> str:
    """What an error of a library says first, at most 200 characters."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _asking(source: str, ask: Callable[[], T]) -> T:
    """What the hub answers. Raises `NoPublicModel` with a sentence for what can go wrong."""
    from huggingface_hub import errors

    try:
        return ask()
    except errors.GatedRepoError as error:
        sentence, cause = f"'{source}' is behind a licence that its authors want accepted: choose another model.", error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        sentence, cause = f"There is no public model '{source}' on the Hugging Face hub; check the spelling.", error
    except Exception as error:
        sentence, cause = f"'{source}' could not be fetched: no network, or the hub does not answer.", error
    raise NoPublicModel(f"{sentence} A folder on this machine works without the hub.") from cause


def _check_room(source: str, total: int, cache: Path) -> None:
    free = disk_usage(cache).free
    if total > free:
        raise NoPublicModel(f"'{source}' needs {total / 1e9:.1f} GB, and {free / 1e9:.1f} are free in {cache.parent}.")


def _status(child: Popen) -> int | None:
    """How a process ended; None if it has not after a while."""
    try:
        return child.wait(SECONDS_BETWEEN_REPORTS)
    except TimeoutExpired:
        return None


def _bytes_in(cache: Path, unfinished: bool = True) -> int:
    files = [path for path in cache.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(path.stat().st_size for path in files if unfinished or path.suffix != ".incomplete")


def _connects(host: str | None, port: int) -> bool:
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    from huggingface_hub import snapshot_download

    snapshot_download(sys.argv[1], allow_patterns=sys.argv[2:], token=False)
