"""How fast a library of pictures is searched: the store on disk beside plain NumPy and FAISS flat."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.clip.store import PROBES, REFINE, Entry, Store
from engine.timing import MIB, latencies, repetitions

PICTURES, D, TOPICS, INNER = 1_000_000, 512, 2_000, 48
"""Vectors as encoders make them: around many topics, in some 48 directions at a time, with a little noise in all."""

K = 10
BLOCK = 50_000


def library(effort: float = 1.0) -> dict[str, Any]:
    """A million vectors of 512 numbers: recall@10 against exact search, milliseconds a query, size and seconds of the
    index, beside NumPy and FAISS flat. `effort` is the share of the million."""
    rng = np.random.default_rng(0)
    topics, frame = rng.normal(size=(TOPICS, INNER)), rng.normal(size=(INNER, D)).astype(np.float32)
    n = max(2 * BLOCK, int(PICTURES * effort))
    vectors = np.concatenate(list(_vectors(rng, topics, frame, n)))
    queries = next(_vectors(rng, topics, frame, 200))
    truth, numpy_seconds = _timed(lambda q: np.argpartition(-(vectors @ q), K)[:K], queries[:100])
    with tempfile.TemporaryDirectory() as folder:
        store, written = _filled(folder, vectors)
        started = time.perf_counter()
        store.tidy()
        built = time.perf_counter() - started
        assert store.indexed, "the store must have an index to be measured"
        _timed(lambda q: store.search(q, K), queries[-20:])
        found, indexed = _timed(lambda q: [int(path) for path in store.search(q, K).paths], queries[:100])
        _, exact = _timed(lambda q: store.search(q, K, exact=True), queries[: repetitions(10, effort)])
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if "_indices" in path.parts)
        whole = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    return {
        "vectors": n,
        "dimension": D,
        "data": f"synthetic: {TOPICS} topics in {INNER} directions, noise in all {D}",
        "store": {
            "index": "IVF_HNSW_SQ", "probes": PROBES, "refine": REFINE, "recall_at_10": _recall(found, truth),
            **latencies(indexed), "written_s": round(written, 1), "index_s": round(built, 1),
            "index_mib": round(size / MIB), "on_disk_mib": round(whole / MIB),
        },
        "store_exact": latencies(exact),
        "numpy": latencies(numpy_seconds) | {"memory_mib": round(vectors.nbytes / MIB)},
        "faiss_flat": _faiss(vectors, queries[:100], truth),
    }  # fmt: skip


def _vectors(rng: np.random.Generator, topics: np.ndarray, frame: np.ndarray, n: int) -> Iterator[np.ndarray]:
    """n unit vectors float32 (…, D), block by block."""
    for first in range(0, n, BLOCK):
        rows = min(BLOCK, n - first)
        inner = topics[rng.integers(len(topics), size=rows)] + 0.7 * rng.normal(size=(rows, INNER))
        some = inner.astype(np.float32) @ frame
        some += 0.7 * rng.standard_normal(some.shape, np.float32)
        yield some / np.linalg.norm(some, axis=1, keepdims=True)


def _filled(folder: str, vectors: np.ndarray) -> tuple[Store, float]:
    """A store with these vectors, and the seconds that writing took."""
    store, started = Store(folder, "bench@1"), time.perf_counter()
    for first in range(0, len(vectors), BLOCK):
        rows = enumerate(vectors[first : first + BLOCK], first)
        store.put([Entry(str(i), 0, 0, "", b"", vector) for i, vector in rows])
    return store, time.perf_counter() - started


def _faiss(vectors: np.ndarray, queries: np.ndarray, truth: list) -> dict[str, Any]:
    try:
        import faiss
    except ImportError:
        return {"left_out": "faiss-cpu is not installed: `pip install faiss-cpu`."}
    flat = faiss.IndexFlatIP(D)
    flat.add(vectors)
    found, seconds = _timed(lambda q: flat.search(q[None], K)[1][0], queries)
    return latencies(seconds) | {"recall_at_10": _recall(found, truth)}


def _timed(work: Callable[[np.ndarray], Any], queries: np.ndarray) -> tuple[list[Any], list[float]]:
    """What `work` gives for each query, and the seconds of each."""
    answers, seconds = [], []
    for query in queries:
        started = time.perf_counter()
        answers.append(work(query))
        seconds.append(time.perf_counter() - started)
    return answers, seconds


def _recall(found: list, truth: list) -> float:
    """The mean share of the exact ten that were found."""
    return float(np.mean([len({*map(int, a)} & {*map(int, b)}) / K for a, b in zip(found, truth, strict=True)]))
