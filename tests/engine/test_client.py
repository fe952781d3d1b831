"""The engine behind HTTP in a thread of this process, where a test can hold the device and count the steps."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
import uvicorn

from engine import client
from engine import host as host_module
from engine.client import RemoteEngine
from engine.errors import BY_STATUS, BadRequest, Busy, EngineDown, Superseded
from engine.host import Host
from engine.server import application

PATIENCE = 60
VAE = "vae-small"
CODES = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
TRAINING = {"dataset": "digits", "beta": 1.0, "steps": 1, "seed": 0, "lr": 1e-3, "width": 16}


@pytest.fixture
def local(host: Host, eventually: Callable) -> Iterator[RemoteEngine]:
    """An engine over HTTP whose host lives in this process."""
    server = uvicorn.Server(uvicorn.Config(application(host, "open sesame"), port=0, log_level="critical"))
    running = threading.Thread(target=server.run)
    running.start()
    eventually(lambda: server.started)
    yield RemoteEngine(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", "open sesame")
    server.should_exit = True
    running.join(PATIENCE)
    assert not running.is_alive()


def waiting(host: Host) -> int:
    return len(host._waiting)


def test_the_newest_call_of_a_slot_wins(local, host, gate, eventually):
    with ThreadPoolExecutor() as people:
        stale = people.submit(local.call, VAE, "decode", slot="dial", z=CODES)
        other = people.submit(local.call, VAE, "decode", slot="another dial", z=CODES)
        eventually(lambda: waiting(host) == 2)
        newest = people.submit(local.call, VAE, "decode", slot="dial", z=CODES[:1])
        with pytest.raises(Superseded, match="newer"):
            stale.result(PATIENCE)
        gate.open()
        assert [len(future.result(PATIENCE)) for future in (newest, other)] == [1, 3]


def test_a_full_queue_says_so(local, host, gate, eventually, monkeypatch):
    monkeypatch.setattr(host_module, "QUEUE_LIMIT", 2)
    with ThreadPoolExecutor() as people:
        patient: list[Future] = [people.submit(local.call, VAE, "decode", z=CODES) for _ in range(2)]
        eventually(lambda: waiting(host) == 2)
        with pytest.raises(Busy, match="too much to do"):
            local.call(VAE, "decode", z=CODES)
        with pytest.raises(Busy, match="too much to do"):
            list(local.stream("autoencoders", "train_map", **TRAINING))
        gate.open()
        assert [len(future.result(PATIENCE)) for future in patient] == [3, 3]


@pytest.mark.parametrize("size", [1, 300_000], ids=["small records", "records that pile up unread"])
@pytest.mark.parametrize("apart", [False, True], ids=["on the device", "apart"])
def test_closing_a_stream_stops_its_steps(local, register, size, apart):
    steps, closed = [], threading.Event()

    def endless(_device):
        try:
            for step in itertools.count():
                steps.append(step)
                yield np.full(size, step)
        finally:
            closed.set()

    register("endless", endless, apart)
    records = local.stream("autoencoders", "endless")
    assert [int(next(records)[0]) for _ in range(3)] == [0, 1, 2]
    records.close()
    assert closed.wait(PATIENCE)
    done = len(steps)
    assert local.call(VAE, "decode", z=CODES).shape == (3, 1, 28, 28)
    assert len(steps) == done


def test_a_stream_that_fails_halfway_says_why_after_its_records(local, register):
    def breaks(_device):
        yield {"step": 0}
        raise ValueError("The sky is too blue.")

    register("breaks", breaks)
    records = local.stream("autoencoders", "breaks")
    assert next(records) == {"step": 0}
    with pytest.raises(BadRequest, match="The sky is too blue."):
        next(records)


def test_an_empty_stream_ends_at_once(local, register):
    def nothing(_device):
        yield from ()

    register("nothing", nothing)
    assert list(local.stream("autoencoders", "nothing")) == []


def test_every_kind_of_error_survives_the_way(local, register):
    def fail(_device, status):
        raise BY_STATUS[status](f"This is {status}.")

    register("fail", fail)
    for status, kind in BY_STATUS.items():
        with pytest.raises(kind, match=f"This is {status}") as failure:
            local.call("autoencoders", "fail", status=status)
        assert type(failure.value) is kind


def test_an_engine_that_is_not_there_is_waited_for_and_then_named(monkeypatch):
    monkeypatch.setattr(client, "START_SECONDS", 0)
    nobody = RemoteEngine("http://127.0.0.1:9")
    with pytest.raises(EngineDown, match="does not answer"):
        nobody.call(VAE, "decode", z=CODES)


def test_inline_values_take_the_same_way(pretrained, monkeypatch):
    monkeypatch.setenv("MANIFOLD_ENGINE", "inline")
    inline = client.engine()
    assert inline is client.engine()
    picture = inline.call(VAE, "decode", z=CODES)
    assert not picture.flags.writeable
    *_, last = inline.stream("autoencoders", "train_map", **TRAINING)
    assert last.step == 1
