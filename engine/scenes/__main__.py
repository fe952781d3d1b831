"""`python -m engine.scenes`: how fast scenes are made, a few in words, and with `--sheet FILE.png` a sheet of them."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.pictures import enlarge, grid, to_png
from engine.scenes import CLASSES, caption, draw, draw_all, edit, negative, scene
from engine.scenes.negatives import ALTERATIONS
from engine.scenes.truth import BACKGROUNDS, COLOURS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine.scenes", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=64, help="side of a picture in pixels")
    parser.add_argument("--count", type=int, default=2000, help="how many scenes to time")
    parser.add_argument("--sheet", type=Path, help="a PNG file for scenes, their masks and edit pairs")
    options = parser.parse_args()
    print(json.dumps(speed(options.seed, options.size, options.count), indent=1))
    for n in range(6):
        print(*_told(options.seed, n), sep="\n  ")
    if options.sheet:
        options.sheet.write_bytes(to_png(sheet(options.seed, options.size)))


def speed(seed: int, size: int, count: int) -> dict[str, int]:
    """Scenes a second of processor time, on one core: with picture and masks, and what else one can ask for."""

    def rate(work: Callable[[int], object]) -> int:
        started = time.process_time()
        for n in range(count):
            work(n)
        return round(count / (time.process_time() - started))

    scenes = [scene(seed, n) for n in range(count)]
    return {
        "size": size,
        "scenes_per_s": rate(lambda n: draw(scene(seed, n), size)),
        "captions_per_s": rate(lambda n: caption(scenes[n], n)),
        "edits_in_words_per_s": rate(lambda n: edit(seed, n)),
    }


def sheet(seed: int, size: int) -> np.ndarray:
    """uint8 (H, W, 3): 36 scenes, below them 12 with their class masks, below those 12 edits, before and after."""
    scenes = [scene(seed, n) for n in range(36)]
    drawn = draw_all(scenes, size)
    edits = [edit(seed, n) for n in range(12)]
    halves = [draw_all([getattr(pair, half) for pair in edits], size).image for half in ("before", "after")]
    masks = class_colours()[drawn.classes[:12]]
    rows = [_upright(drawn.image), _in_pairs(_upright(drawn.image[:12]), masks), _in_pairs(*map(_upright, halves))]
    return enlarge(grid(np.concatenate(rows), columns=12, gap=2, background=1.0), 2)


def class_colours() -> np.ndarray:
    """uint8 (classes, 3): black for the background, and for each shape one of the palette's colours."""
    palette = [BACKGROUNDS["black"], *COLOURS.values()][: len(CLASSES)]
    return np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in palette], np.uint8)


def _upright(images: np.ndarray) -> np.ndarray:
    """(N, 3, S, S) → (N, S, S, 3)."""
    return np.moveaxis(images, 1, -1)


def _in_pairs(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Pictures taken in turns from left and right."""
    return np.stack([left, right], 1).reshape(-1, *left.shape[1:])


def _told(seed: int, n: int) -> list[str]:
    """A caption of scene n, its negatives, and edit n."""
    one = scene(seed, n)
    said = caption(one, n)
    false = [(kind, negative(said, one, kind, n)) for kind in ALTERATIONS]
    return [said.text, *(f"not ({kind}): {other.text}" for kind, other in false if other), edit(seed, n).instruction]


if __name__ == "__main__":
    main()
