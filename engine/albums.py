"""Many pictures of a person at once: untrusted files → small RGB pictures, by decoders that live for many files.

`images.open_upload` starts a process for every file, which costs more than the decoding itself once there are hundreds.
Here one process takes file after file, with the limits of `decoder.py` for each. A file that ends its decoder is told
from the others, and the next one gets a new decoder.
"""

import os
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen

import numpy as np

from engine import decoder
from engine.decoder import REFUSED, TOO_MUCH_WORK, UploadError
from engine.images import FILE_BYTES, PATIENCE

KEPT_PIXELS = 320 * 320
"""Pictures come out with at most this many pixels: enough for a thumbnail and for any picture tower."""

DECODERS, AHEAD = 2, 8

Opened = np.ndarray | UploadError
"""uint8 (H, W, 3), or why there is no picture."""


class Decoder:
    """One process that decodes a file at a time; it starts with the first file, and again after a crash."""

    def __init__(self):
        self.child: Popen | None = None

    def open(self, data: bytes) -> np.ndarray:
        """A file → uint8 (H, W, 3). Raises `UploadError`."""
        if len(data) > FILE_BYTES:
            raise UploadError("This file is larger than 20 MB.")
        decoder.kind_of(data)
        if self.child is None:
            command = [sys.executable, "-P", decoder.__file__, str(KEPT_PIXELS), "many"]
            environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}
            self.child = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment)
        watchdog = threading.Timer(PATIENCE, self.child.kill)
        watchdog.start()
        try:
            status, width, height, body = self._exchange(data)
        except (OSError, EOFError) as error:
            self.close()
            raise UploadError(TOO_MUCH_WORK) from error
        finally:
            watchdog.cancel()
        if status == REFUSED:
            raise UploadError(body.decode())
        return np.frombuffer(body, np.uint8).reshape(height, width, 3)

    def close(self) -> None:
        """End the process."""
        if child := self.child:
            self.child = None
            child.kill()
            with suppress(OSError), child:
                child.wait()

    def _exchange(self, data: bytes) -> tuple[int, int, int, bytes]:
        self.child.stdin.write(struct.pack("<I", len(data)) + data)
        self.child.stdin.flush()
        status, width, height, length = struct.unpack("<IIII", self._read(16))
        return status, width, height, self._read(length)

    def _read(self, length: int) -> bytes:
        body = self.child.stdout.read(length)
        if len(body) < length:
            raise EOFError("the decoder ended")
        return body


def opened(files: Iterable[Callable[[], bytes]]) -> Iterator[Opened]:
    """Pictures, or why there is none, in the order of `files`, each of which is read when its turn is near.

    Closing the iterator ends the decoders.
    """
    idle = [Decoder() for _ in range(DECODERS)]
    all_of_them = list(idle)

    def one(read: Callable[[], bytes]) -> Opened:
        chosen = idle.pop()
        try:
            return chosen.open(read())
        except UploadError as error:
            return error
        except OSError as error:
            return UploadError(f"This file cannot be read: {error.strerror or error}.")
        finally:
            idle.append(chosen)

    waiting: deque[Future] = deque()
    hands = ThreadPoolExecutor(DECODERS)
    try:
        for file in files:
            waiting.append(hands.submit(one, file))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        hands.shutdown(cancel_futures=True)
        for each in all_of_them:
            each.close()
