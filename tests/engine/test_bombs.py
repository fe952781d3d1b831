"""Files made to exhaust whoever opens them: each ends in a sentence or a picture, within the decoder's limits.

The bombs are opened in a process of their own, whose memory is limited and whose peak, and that of the decoders it
starts, is read from the operating system afterwards.
"""

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine import decoder
from engine.images import FILE_BYTES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory limits and peaks as Linux counts them")

FULL = FILE_BYTES - 2000
DAMAGED_PNG = decoder.DAMAGED.format(kind="PNG")
OPENER = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from engine.images import UploadError, open_upload
outcomes = {}
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        try:
            outcomes[path] = open_upload(file).size
        except UploadError as refusal:
            outcomes[path] = str(refusal)
status = dict(line.split(":") for line in open("/proc/self/status"))
decoders = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([list(outcomes.values()), int(status["VmHWM"].split()[0]), decoders]))
"""


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def zeros(mebibytes: int) -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(2**20)) for _ in range(mebibytes)) + squeeze.flush()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks: bytes, side: int = 8) -> bytes:
    pixels = chunk(b"IDAT", zlib.compress(8 * bytes(25)))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def gif(*blocks: bytes, screen: int = 8, frame: int = 8) -> bytes:
    image = saved(Image.new("P", (8, 8)), "GIF")
    start = image.index(b",\0\0\0\0")
    descriptor = b"," + struct.pack("<HHHH", 0, 0, frame, frame) + image[start + 9 :]
    return image[:6] + struct.pack("<HH", screen, screen) + image[10:start] + b"".join(blocks) + descriptor


def webp(canvas: int, frames: int) -> bytes:
    side = struct.pack("<I", canvas - 1)[:3]
    still = saved(Image.new("RGB", (8, 8)), "WEBP")[12:]
    frame = b"ANMF" + struct.pack("<I", 16 + len(still)) + bytes(6) + b"\7\0\0\7\0\0\1\0\0\0" + still
    body = b"VP8X\x0a\0\0\0\2\0\0\0" + 2 * side + b"ANIM\6\0\0\0" + bytes(6) + frames * frame
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def tiff(tail: bytes, *tags: tuple[int, int, int, int], side: int = 64, compression: int = 1) -> bytes:
    """Grey; a tag is (number, type, count, value), and `tail` begins at byte 200."""
    usual = {256: side, 257: side, 258: 8, 259: compression, 262: 1, 277: 1}
    every = sorted([*((number, 4, 1, value) for number, value in usual.items()), *tags])
    directory = struct.pack("<H", len(every)) + b"".join(struct.pack("<HHII", *tag) for tag in every)
    return (b"II*\0\x08\0\0\0" + directory + bytes(4)).ljust(200, b"\0") + tail


def strip(length: int = 4096, rows: int = 64) -> list[tuple[int, int, int, int]]:
    return [(273, 4, 1, 200), (278, 4, 1, rows), (279, 4, 1, length)]


def tiled(width: int, height: int) -> bytes:
    data = zeros(400)
    tags = [(322, 4, 1, width), (323, 4, 1, height), (324, 4, 1, 200), (325, 4, 1, len(data))]
    return tiff(data, *tags, compression=8)


def jpeg_of_many_scans() -> bytes:
    image = saved(Image.new("L", (5000, 5000), 99), "JPEG", progressive=True)
    last = image[image.rindex(b"\xff\xc4", 0, image.rindex(b"\xff\xda")) : -2]
    return image[:-2] + last * ((FULL - len(image)) // len(last)) + b"\xff\xd9"


def bmp(width: int, height: int, run_lengths: bytes) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 1078) + header + bytes(range(256)) * 4 + run_lengths


BOMBS: dict[str, tuple[Callable[[], bytes], object]] = {  # what each becomes: a size, a sentence, or either (None)
    "144 million pixels in 18 kB": (lambda: saved(Image.new("1", (12000, 12000)), "PNG"), decoder.TOO_LARGE),
    "PNG of 2³¹ × 2³¹": (lambda: png(side=2**31 - 1), decoder.TOO_LARGE),
    "PNG with a 400 MiB text": (lambda: png(chunk(b"zTXt", b"k\0\0" + zeros(400))), DAMAGED_PNG),
    "PNG with a 400 MiB profile": (lambda: png(chunk(b"iCCP", b"k\0\0" + zeros(400))), DAMAGED_PNG),
    "PNG with 300 texts of 1 MiB": (
        lambda: png(*(chunk(b"zTXt", b"%d\0\0" % n + zeros(1)) for n in range(300))),
        DAMAGED_PNG,
    ),
    "PNG of a million empty chunks": (lambda: png(chunk(b"teST", b"") * (FULL // 12)), None),
    "GIF with a screen of 65535 × 65535": (lambda: gif(screen=65535), decoder.TOO_LARGE),
    "GIF with a frame of 65535 × 65535": (lambda: gif(frame=65535), decoder.TOO_LARGE),
    "GIF with a comment in ten million pieces": (lambda: gif(b"!\xfe" + b"\1x" * (FULL // 2) + b"\0"), None),
    "WEBP with a canvas of 16384 × 16384": (lambda: webp(16384, 1), decoder.TOO_LARGE),
    "WEBP with a canvas of 9000 × 9000": (lambda: webp(9000, 1), decoder.TOO_LARGE),
    "WEBP of 100 000 frames": (lambda: webp(8, 100_000), [8, 8]),
    "TIFF of 65535 × 65535": (lambda: tiff(b"", *strip(), side=65535), decoder.TOO_LARGE),
    "TIFF of 1000 frames": (
        lambda: saved(Image.new("L", (8, 8)), "TIFF", save_all=True, append_images=[Image.new("L", (8, 8))] * 999),
        [8, 8],
    ),
    "TIFF with tiles of 380 MB": (lambda: tiled(20000, 19008), None),
    "TIFF with tiles of 2 GB": (lambda: tiled(40000, 50000), None),
    "TIFF with a resolution of two million fractions": (
        lambda: tiff(b"\1\0\0\0" * (FULL // 4), *strip(), (282, 5, FULL // 10, 200)),
        None,
    ),
    "TIFF with five million strips": (
        lambda: tiff(bytes(FULL), (273, 4, FULL // 4, 200), (278, 4, 1, 64), (279, 4, 1, 4096)),
        None,
    ),
    "JPEG of 65535 × 65535": (
        lambda: saved(Image.new("L", (64, 64)), "JPEG").replace(b"\0\x40\0\x40", b"\xff\xff\xff\xff", 1),
        decoder.TOO_LARGE,
    ),
    "JPEG of a million scans": (jpeg_of_many_scans, decoder.TOO_MUCH_WORK),
    "BMP of 2³¹ × 2³¹": (lambda: bmp(2**31 - 1, 2**31 - 1, b""), decoder.TOO_LARGE),
    "BMP of runs that draw nothing": (lambda: bmp(500, 500, b"\0\2\0\0" * (FULL // 5)), None),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> tuple[dict[str, object], int, int]:
    """What `open_upload` made of each bomb, and the peak memory in KiB of its process and of the largest decoder."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = [folder / str(index) for index in range(len(BOMBS))]
    for path, (make, _) in zip(paths, BOMBS.values(), strict=True):
        path.write_bytes(make())
        assert path.stat().st_size <= FILE_BYTES
    root = Path(decoder.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", OPENER, *paths], cwd=root, capture_output=True, text=True, check=True)
    outcomes, opener, decoders = json.loads(run.stdout)
    return dict(zip(BOMBS, outcomes, strict=True)), opener, decoders


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_becomes_a_sentence_or_a_picture(name, opened):
    expected = BOMBS[name][1]
    outcome = opened[0][name]
    assert isinstance(outcome, list) or outcome in (decoder.TOO_LARGE, decoder.TOO_MUCH_WORK) or "damaged" in outcome
    assert expected is None or outcome == expected


def test_no_bomb_takes_more_memory_than_allowed(opened):
    _, opener, decoders = opened
    assert decoders * 1024 <= decoder.MEMORY
    assert opener * 1024 <= 200_000_000


def test_the_decoder_is_stopped_by_the_limits_and_not_by_chance():
    """An endless loop and a greedy allocation, in a process limited the same way."""
    script = "import sys; from engine import decoder; decoder._limit_this_process(); exec(sys.argv[1])"
    root = Path(decoder.__file__).parents[1]

    def run(code: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-c", script, code], cwd=root, capture_output=True, timeout=60)

    assert run("while True: pass").returncode < 0
    greedy = run("bytes(decoder.MEMORY)")
    assert greedy.returncode == 1 and b"MemoryError" in greedy.stderr
