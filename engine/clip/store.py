"""A library of pictures that lasts: a LanceDB table of vectors, thumbnails and paths, bound to the model that wrote it.

Every `put` is one commit: a killed process or a full disk leaves what was there before. A library is a folder, or an
address of object storage such as `s3://bucket/library`. LanceDB takes seconds to import, so it waits until it is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from engine.errors import EngineError

TABLE = "pictures"
EXACT_BELOW = 50_000
"""Up to this many pictures every search compares with all of them; beyond, an index answers."""

PICTURES_A_CELL = 20_000
PROBES, REFINE = 24, 4
"""How many of the index's cells a search looks into, and how many times the wanted number is compared exactly."""

UNINDEXED = 0.1
"""The index is built anew when more than this share of the pictures is not in it."""


class LibraryError(EngineError):
    """A library cannot be opened, searched or written; the text says why and what to do."""

    status = 409


@dataclass(frozen=True)
class Entry:
    """A picture of the library: its file's path, size in bytes, time of change in ns, a digest of its pixels, a JPEG
    thumbnail, and its unit vector (D,)."""

    path: str
    size: int
    changed: int
    digest: str
    thumbnail: bytes
    vector: np.ndarray


@dataclass(frozen=True)
class Hits:
    """The nearest pictures, best first: their cosines float32 (k,), paths, digests and thumbnails."""

    scores: np.ndarray
    paths: list[str]
    digests: list[str]
    thumbnails: list[bytes]


class Store:
    """The pictures of one library. Raises `LibraryError` from everything."""

    def __init__(self, where: str, encoder: str | None = None):
        """Open the library at `where`, or prepare a new one. `encoder` is the identity that its vectors must have."""
        self.where = where
        with _explained(f"The library at {where} cannot be opened"):
            import lancedb

            self._database = lancedb.connect(where)
            self._table = self._database.open_table(TABLE) if TABLE in _tables(self._database) else None
        if self._table is not None:
            self.encoder = (self._table.schema.metadata or {}).get(b"encoder", b"").decode()
            if encoder is not None and encoder != self.encoder:
                raise LibraryError(_foreign(where, self.encoder, encoder))
        elif encoder is None:
            raise LibraryError(f"There is no library at {where}. Make one with `{ADD} FOLDER`.")
        else:
            self.encoder = encoder

    def __len__(self) -> int:
        return 0 if self._table is None else self._table.count_rows()

    def known(self) -> dict[str, tuple[int, int]]:
        """The size and the time of change of every file in the library, by its path."""
        if self._table is None:
            return {}
        columns = self._columns(["path", "size", "changed"])
        return dict(zip(columns["path"], zip(columns["size"], columns["changed"], strict=True), strict=True))

    def put(self, entries: Sequence[Entry]) -> None:
        """Add pictures in one commit; those whose paths are there already take their place."""
        if not entries:
            return
        with _explained(
            f"The library at {self.where} could not be written; what was in it before is still there. "
            "If the disk is full, make room and run the same command again: it goes on where it stopped"
        ):
            rows = _rows(entries, self.encoder)
            if self._table is None:
                self._table = self._database.create_table(TABLE, schema=rows.schema)
            merge = self._table.merge_insert("path").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(rows)

    def search(self, query: np.ndarray, k: int, exact: bool | None = None) -> Hits:
        """The `k` nearest pictures to a unit vector (D,); `exact` overrules what the size of the library decides."""
        if self._table is None:
            return Hits(np.zeros(0, np.float32), [], [], [])
        with _explained(f"The library at {self.where} cannot be searched"):
            search = self._table.search(query.astype(np.float32), vector_column_name="vector").distance_type("dot")
            if exact or (exact is None and not self.indexed):
                search = search.bypass_vector_index()
            else:
                search = search.nprobes(PROBES).refine_factor(REFINE)
            found = search.select(["path", "digest", "thumbnail", "_distance"]).limit(k).to_arrow()
        scores = 1 - found["_distance"].to_numpy().astype(np.float32)
        return Hits(scores, *(found[name].to_pylist() for name in ("path", "digest", "thumbnail")))

    @property
    def indexed(self) -> bool:
        """Whether an index answers."""
        return self._table is not None and bool(self._table.list_indices())

    def tidy(self) -> None:
        """Merge the small files of many commits, and build the index of a library that has grown beyond exact search.

        LanceDB then takes new pictures into account beside the index until it is built again.
        """
        if self._table is None:
            return
        with _explained(f"The library at {self.where} could not be tidied up; nothing in it is lost"):
            self._table.optimize()
            if len(self) >= EXACT_BELOW and self._unindexed() > UNINDEXED:
                from lancedb.index import HnswSq

                cells = max(1, len(self) // PICTURES_A_CELL)
                plan = HnswSq(distance_type="dot", num_partitions=cells, m=24, ef_construction=200)
                self._table.create_index("vector", config=plan, replace=True)

    def vectors(self, most: int) -> tuple[np.ndarray, list[str], list[bytes]]:
        """Up to `most` pictures spread over the library: vectors float32 (N, D), paths, thumbnails."""
        if self._table is None:
            return np.zeros((0, 0), np.float32), [], []
        chosen = np.unique(np.linspace(0, len(self) - 1, min(most, len(self))).astype(int)).tolist()
        rows = self._table.take_offsets(chosen).select(["vector", "path", "thumbnail"]).to_arrow()
        vectors = rows["vector"].combine_chunks().flatten().to_numpy().reshape(len(rows), -1)
        return vectors.astype(np.float32), rows["path"].to_pylist(), rows["thumbnail"].to_pylist()

    def one(self, name: str) -> tuple[np.ndarray, bytes] | None:
        """The vector float32 (D,) and the thumbnail of the picture whose path is `short`ened to `name`, if any."""
        if self._table is None or not name.isalnum():
            return None
        with _explained(f"The library at {self.where} cannot be searched"):
            search = self._table.search().where(f"name = '{name}'").select(["vector", "thumbnail"])
            rows = search.limit(1).to_arrow().to_pylist()
        return (np.array(rows[0]["vector"], np.float32), rows[0]["thumbnail"]) if rows else None

    def _unindexed(self) -> float:
        """The share of pictures that the index does not hold."""
        names = [index.name for index in self._table.list_indices()]
        return self._table.index_stats(names[0]).num_unindexed_rows / len(self) if names else 1.0

    def _columns(self, names: list[str]) -> dict[str, list]:
        with _explained(f"The library at {self.where} cannot be read"):
            return self._table.search().select(names).limit(len(self)).to_arrow().to_pydict()


ADD = "python -m engine.clip.library add"


def short(path: str) -> str:
    """A short name for a path, fit for an address."""
    return blake2b(path.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


def _rows(entries: Sequence[Entry], encoder: str) -> Any:
    """Entries as an Arrow table whose schema names the encoder; vectors in float16."""
    import pyarrow as pa

    vectors = np.stack([entry.vector for entry in entries]).astype(np.float16)
    columns = {
        "path": (pa.string(), [entry.path for entry in entries]),
        "name": (pa.string(), [short(entry.path) for entry in entries]),
        "size": (pa.int64(), [entry.size for entry in entries]),
        "changed": (pa.int64(), [entry.changed for entry in entries]),
        "digest": (pa.string(), [entry.digest for entry in entries]),
        "thumbnail": (pa.binary(), [entry.thumbnail for entry in entries]),
    }
    fields = [pa.field(name, kind) for name, (kind, _) in columns.items()]
    fields.append(pa.field("vector", pa.list_(pa.float16(), vectors.shape[1])))
    arrays = [pa.array(values, kind) for kind, values in columns.values()]
    arrays.append(pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1]))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata={"encoder": encoder}))


def _tables(database: Any) -> list[str]:
    return list(database.list_tables().tables)


def _foreign(where: str, theirs: str, ours: str) -> str:
    return (
        f"The library at {where} was written by {theirs or 'an unknown model'}; vectors of {ours} cannot be compared "
        "with its own. Open it with that model, or make another library with `--library`."
    )


class _explained:
    """Whatever LanceDB raises becomes a `LibraryError` that begins with what failed."""

    def __init__(self, what: str):
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, LibraryError):
            reason = str(error).split("\n")[0][:200]
            raise LibraryError(f"{self.what} ({reason}).") from error
