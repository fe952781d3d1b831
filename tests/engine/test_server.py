"""The engine as the app has it: a child process behind HTTP, which may be killed at any time."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import urllib3

from engine import cards, checkpoints, client
from engine.client import RemoteEngine
from engine.errors import BadRequest, BrokenCheckpoint, EngineDown, EngineError
from engine.protocol import pack, unpack
from engine.server import SECRET_HEADER
from engine.supervisor import Supervisor

PATIENCE = 60
VAE, BROKEN = "vae-small", "broken"
CODES = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
TRAINING = {"dataset": "digits", "beta": 1.0, "steps": 20_000, "seed": 0, "lr": 1e-3, "width": 16}


@pytest.fixture(scope="module")
def supervisor(small_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """A supervised engine over the small models and a broken one."""
    folder = tmp_path_factory.mktemp("child") / "pretrained"
    shutil.copytree(small_models, folder)
    shutil.copytree(small_models / VAE, folder / BROKEN)
    (folder / BROKEN / "weights.safetensors").write_bytes(b"")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MANIFOLD_PRETRAINED", str(folder))
        environment.setenv("MANIFOLD_DEVICE", "cpu")
        supervisor = Supervisor()
        yield supervisor
        supervisor.stop()
        supervisor.process.wait(PATIENCE)


@pytest.fixture
def engine(supervisor: Supervisor) -> RemoteEngine:
    return RemoteEngine(supervisor.address, supervisor.secret)


def test_a_call_gives_what_the_model_gives(engine, small_models, monkeypatch):
    monkeypatch.setattr(cards, "PRETRAINED", small_models)
    expected = checkpoints.load(VAE, torch.device("cpu")).decode(torch.from_numpy(CODES))
    np.testing.assert_allclose(engine.call(VAE, "decode", z=CODES), expected, atol=1e-5)
    assert engine.status()["models"] == [VAE]
    assert engine.status()["device"].startswith("CPU")


def test_a_stream_gives_records_until_it_ends(engine):
    records = list(engine.stream("autoencoders", "train_map", **TRAINING | {"steps": 30}))
    assert records[0].step == 0
    assert records[-1].step == 30
    assert records[-1].manifold.shape == (15, 15, 28, 28)
    assert [len(record.weights) > 0 for record in records] == [False] * (len(records) - 1) + [True]


@pytest.mark.parametrize(
    ("target", "operation", "arguments", "kind", "sentence"),
    [
        ("nobody", "decode", {"z": CODES}, BadRequest, "There is no model 'nobody'"),
        (VAE, "nothing", {}, BadRequest, "know no operation 'nothing'"),
        (BROKEN, "decode", {"z": CODES}, BrokenCheckpoint, f"pretrained/{BROKEN}/weights.safetensors is damaged"),
        (VAE, "decode", {"z": np.zeros((1, 9), np.float32)}, EngineError, "The engine failed with RuntimeError"),
        ("a/b", "decode", {"z": CODES}, EngineError, "404"),
        ("a b?c#d%", "decode", {"z": CODES}, EngineError, "."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_errors_arrive_as_what_they_are(engine, target, operation, arguments, kind, sentence):
    with pytest.raises(EngineError, match=sentence) as refusal:
        engine.call(target, operation, **arguments)
    assert type(refusal.value) is kind


def test_a_refused_stream_arrives_as_what_it_is(engine):
    with pytest.raises(BadRequest, match="β must lie in 0…100"):
        list(engine.stream("autoencoders", "train_map", **TRAINING | {"beta": -1.0}))


@pytest.mark.parametrize("guess", ["", "guess", "0" * 32, "é"])
def test_a_wrong_secret_opens_nothing(supervisor, guess):
    stranger = RemoteEngine(supervisor.address, guess)
    with pytest.raises(BadRequest, match="secret is wrong"):
        stranger.call(VAE, "decode", z=CODES)
    with pytest.raises(BadRequest, match="secret is wrong"):
        next(stranger.stream("autoencoders", "train_map", **TRAINING))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xc1", id="no msgpack"),
        pytest.param(b'{"z": [1, 2]}', id="JSON"),
        pytest.param(pack({"z": CODES})[:-1], id="truncated"),
        pytest.param(pack({"z": CODES}) + b"\0", id="too long"),
        pytest.param(pack([1, 2]), id="a list"),
        pytest.param(pack(7), id="a number"),
        pytest.param(pack({3: CODES}), id="a numbered argument"),
        pytest.param(b"\xc7\x03\x01abc", id="a broken array"),
        pytest.param(b"\x91" * 100_000, id="nested without end"),
    ],
)
@pytest.mark.parametrize("path", ["/call/vae-small/decode", "/stream/autoencoders/train_map"])
def test_a_malformed_body_is_a_bad_request(supervisor, path, body):
    answer = urllib3.request("POST", supervisor.address + path, body=body, headers={SECRET_HEADER: supervisor.secret})
    assert answer.status == BadRequest.status
    assert unpack(answer.data) == "The request could not be read."


def test_closing_a_stream_early_frees_the_device(engine, eventually):
    records = engine.stream("autoencoders", "train_map", **TRAINING)
    assert [next(records).step for _ in range(2)][0] == 0
    records.close()

    def only_my_calls_count() -> bool:
        """Whether five calls in a row add five: a stream that lives takes a turn between any two."""
        before = engine.status()["calls"]
        for _ in range(5):
            assert engine.call(VAE, "decode", z=CODES).shape == (3, 1, 28, 28)
        return engine.status()["calls"] == before + 5

    eventually(only_my_calls_count)
    assert only_my_calls_count()


def waits_for_an_answer(thread: threading.Thread) -> bool:
    """Whether a thread has sent its request and now reads from the socket."""
    frame = sys._current_frames().get(thread.ident)
    return frame is not None and frame.f_code.co_name == "readinto"


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system cannot freeze a process")
def test_a_kill_in_the_middle_of_a_stream_and_of_a_call(supervisor, engine, eventually):
    engine.call(VAE, "decode", z=CODES)
    restarts, child, failures = supervisor.restarts, supervisor.process, []
    records = engine.stream("autoencoders", "train_map", **TRAINING)
    next(records)
    os.kill(child.pid, signal.SIGSTOP)

    def click() -> None:
        try:
            engine.call(VAE, "decode", z=CODES)
        except EngineError as error:
            failures.append(error)

    clicking = threading.Thread(target=click)
    clicking.start()
    eventually(lambda: waits_for_an_answer(clicking))
    child.kill()
    with pytest.raises(EngineDown, match="stopped in the middle.*try again in a few seconds"):
        list(records)
    clicking.join(PATIENCE)
    assert [(type(error), str(error)) for error in failures] == [(EngineDown, client.LOST)]

    assert engine.call(VAE, "decode", z=CODES).shape == (3, 1, 28, 28)
    assert supervisor.restarts == restarts + 1
    assert supervisor.process.pid != child.pid


def test_a_kill_between_two_calls_goes_unnoticed(supervisor, engine):
    engine.call(VAE, "decode", z=CODES)
    restarts, child = supervisor.restarts, supervisor.process
    child.kill()
    child.wait(PATIENCE)
    assert engine.call(VAE, "decode", z=CODES).shape == (3, 1, 28, 28)
    assert supervisor.restarts == restarts + 1


def test_the_child_ends_when_its_standard_input_closes(supervisor, engine):
    """As it does when the app is gone, however that ended."""
    assert engine.status()["calls"] >= 0
    child = supervisor.process
    child.stdin.close()
    assert child.wait(PATIENCE) == 0


def test_nothing_runs_after_stop(monkeypatch):
    """Not even when the engine has just died and is about to be started again."""
    started: list[subprocess.Popen] = []

    def start(_supervisor: Supervisor) -> subprocess.Popen:
        program = "import time; time.sleep(600)" if started else ""
        started.append(subprocess.Popen([sys.executable, "-c", program]))
        return started[-1]

    monkeypatch.setattr(Supervisor, "_start", start)
    others = set(threading.enumerate())
    supervisor = Supervisor()
    (watch,) = set(threading.enumerate()) - others
    started[0].wait(PATIENCE)
    supervisor.stop()
    watch.join(PATIENCE)
    try:
        assert [process.wait(PATIENCE) is not None for process in started] == [True] * len(started)
    finally:
        for process in started:
            process.kill()
