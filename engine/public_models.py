"""What every family says of models that others published: why one cannot be used, and how far a download has come."""

import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.errors import EngineError

SECONDS_BETWEEN_REPORTS = 0.3
CHUNK = 2**18


class NoPublicModel(EngineError):
    """A public model cannot be used; the text says why and what to do."""

    status = 424


@dataclass(frozen=True)
class Fetched:
    """How far a download has come: bytes here, bytes in all (0 if nobody says), seconds."""

    bytes: int
    total: int
    seconds: float


@contextmanager
def reaching(name: str) -> Iterator[None]:
    """What fails for want of a network or of room on the disk becomes `NoPublicModel`."""
    try:
        yield
    except OSError as error:
        raise NoPublicModel(f"'{name}' could not be fetched: is there a network? Our own models need none.") from error


def download(name: str, url: str, path: Path, checksum: str = "") -> Iterator[Fetched]:
    """Bring a file to `path`, with a report a few times a second; it appears there when it is whole.

    `checksum` is how its sha256 begins, as far as the publisher tells. Raises `NoPublicModel`. A reader that stops
    reading stops the download.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part, started, digest = path.with_suffix(".part"), time.monotonic(), sha256()
    reported, came = 0.0, 0
    try:
        with reaching(name), urllib.request.urlopen(url, timeout=30) as answer, part.open("wb") as file:
            total = int(answer.headers.get("content-length") or 0)
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                came += len(chunk)
                if (now := time.monotonic()) - reported > SECONDS_BETWEEN_REPORTS:
                    reported = now
                    yield Fetched(came, total, now - started)
        if not digest.hexdigest().startswith(checksum) or total not in (0, came):
            raise NoPublicModel(f"What came as '{name}' is not the file that was published: try again.")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
