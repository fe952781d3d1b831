"""Whatever is packed comes back: same values, same types, same shapes, however the bytes arrive."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.protocol import pack, unpack, unpacker

NUMBERS = [f"{order}{kind}" for order in "<>" for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8")]
arrays = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in (*NUMBERS, "bool", "i1", "u1", "<U3", "S2", "<M8[s]")]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary()
values = st.recursive(
    scalars | arrays,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(0, 99), inner, max_size=3),
    max_leaves=8,
)


def assert_same(ours, theirs):
    assert type(ours) is type(theirs)
    if isinstance(ours, np.ndarray):
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        assert ours.tobytes() == theirs.tobytes()
    elif isinstance(ours, dict):
        assert list(ours) == list(theirs)
        for key in ours:
            assert_same(ours[key], theirs[key])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other)
    else:
        assert ours == theirs or (ours != ours and theirs != theirs)


@given(values)
def test_round_trip(value):
    assert_same(value, unpack(pack(value)))


@given(st.lists(values, max_size=4), st.integers(1, 40))
def test_a_stream_may_arrive_in_pieces_of_any_size(sent, size):
    data, reader, received = b"".join(map(pack, sent)), unpacker(), []
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
        received += reader
    assert_same(sent, received)


def test_an_unfinished_value_does_not_come_out():
    data, reader = pack({"z": np.arange(6.0)}), unpacker()
    reader.feed(data[:-1])
    assert list(reader) == []
    reader.feed(data[-1:])
    assert len(list(reader)) == 1


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda a: a.T, id="transposed"),
        pytest.param(lambda a: a[::2, ::-1], id="strided backwards"),
        pytest.param(np.asfortranarray, id="columns first"),
        pytest.param(lambda a: np.broadcast_to(a[0], (5, 4)), id="broadcast"),
        pytest.param(lambda a: a[1, 2], id="NumPy scalar"),
        pytest.param(lambda a: a[1, 2, ...], id="0-d view"),
    ],
)
def test_memory_layout_does_not_matter(view):
    sent = view(np.arange(12, dtype=np.float32).reshape(3, 4))
    received = unpack(pack(sent))
    assert np.shape(received) == sent.shape
    assert np.array_equal(received, sent)


def test_zero_dimensional_and_empty_arrays_keep_their_shapes():
    assert unpack(pack(np.array(2.5))).shape == ()
    assert unpack(pack(np.empty((0, 3, 28)))).shape == (0, 3, 28)


def test_arrays_arrive_read_only():
    with pytest.raises(ValueError, match="read-only"):
        unpack(pack(np.zeros(3)))[0] = 1


@dataclass(frozen=True)
class Inner:
    codes: np.ndarray


@dataclass
class Outer:
    step: int
    inner: Inner
    history: list[dict[str, float]]


def test_records_become_objects_with_the_same_attributes():
    record = unpack(pack([Outer(3, Inner(np.eye(2)), [{"loss": 0.5}])]))[0]
    assert isinstance(record, SimpleNamespace)
    assert (record.step, record.history) == (3, [{"loss": 0.5}])
    assert np.array_equal(record.inner["codes"], np.eye(2))
    assert unpack(pack(record)).step == 3


@pytest.mark.parametrize(
    "stranger",
    [
        pytest.param({1, 2}, id="set"),
        pytest.param(object(), id="object"),
        pytest.param(len, id="function"),
        pytest.param(Outer, id="class"),
        pytest.param(np.array([object()]), id="array of objects"),
        pytest.param(np.array([{"a": 1}, None]), id="array of dicts"),
        pytest.param(np.zeros(2, [("x", "f4"), ("y", "i4")]), id="array of structures"),
    ],
)
def test_what_cannot_travel_is_refused_before_it_leaves(stranger):
    with pytest.raises(TypeError):
        pack({"argument": stranger})
