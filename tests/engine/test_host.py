"""The queue of the device thread: what is merged, what is superseded, what is refused, what survives a failure."""

from concurrent.futures import Future

import numpy as np
import pytest
import torch

from engine import checkpoints
from engine import host as host_module
from engine.errors import BadRequest, BrokenCheckpoint, Busy, EngineError, Superseded
from engine.host import Host

PATIENCE = 60
VAE, LINEAR = "vae-small", "linear-small"


def codes(rows: int, seed: int = 0, d: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, d)).astype(np.float32)


def several(rows=(1, 3, 2, 1, 1, 4, 1, 2, 1, 1)) -> list[np.ndarray]:
    """Ten callers' codes, some with more rows than others."""
    return [codes(n, seed) for seed, n in enumerate(rows)]


def results(futures: list[Future]) -> list:
    return [future.result(PATIENCE) for future in futures]


# what is merged


def test_calls_that_wait_share_one_batch(host, gate):
    futures = [host.submit(VAE, "decode", {"z": z}) for z in several()]
    before = host.batches
    gate.open()
    together = results(futures)
    assert host.batches - before == 1
    for picture, z in zip(together, several(), strict=True):
        alone = host.call(VAE, "decode", {"z": z})
        assert picture.shape == alone.shape == (len(z), 1, 28, 28)
        np.testing.assert_allclose(picture, alone, atol=1e-6)


def test_each_caller_gets_exactly_its_own_rows_of_every_array(host, gate, register):
    sizes = []

    def double(_device, z, shift):
        sizes.append(len(z))
        return {"twice": 2 * z + shift, "first": z[:, 0]}

    register("double", double, batched=True)
    futures = [host.submit("autoencoders", "double", {"z": z, "shift": 0.25}) for z in several()]
    gate.open()
    for parts, z in zip(results(futures), several(), strict=True):
        assert np.array_equal(parts["twice"], 2 * z + np.float32(0.25))
        assert np.array_equal(parts["first"], z[:, 0])
    assert sizes == [sum(map(len, several()))]


def batches_of(host: Host, gate, requests: list[tuple[str, str, dict]]) -> int:
    """In how many batches the requests ran that waited at a closed gate."""
    futures, before = [host.submit(*request) for request in requests], host.batches
    gate.open()
    results(futures)
    return host.batches - before


def test_other_models_operations_shapes_and_types_are_not_merged(host, gate):
    pictures = np.zeros((1, 1, 28, 28), np.float32)
    assert batches_of(host, gate, [
        (VAE, "decode", {"z": codes(1)}),
        (LINEAR, "decode", {"z": codes(1, d=4)}),
        (VAE, "encode", {"x": pictures}),
        (VAE, "elbo", {"x": pictures}),
        (VAE, "decode", {"z": codes(1)}),
    ]) == 4  # fmt: skip


def test_other_plain_arguments_are_not_merged(host, gate, register):
    register("scale", lambda _device, z, by: by * z, batched=True)
    assert batches_of(host, gate, [("autoencoders", "scale", {"z": codes(1), "by": by}) for by in (2, 3, 2, 3, 2)]) == 2


def test_other_shapes_and_types_are_not_merged(host, gate, register):
    register("same", lambda _device, z: z, batched=True)
    inputs = [np.zeros(shape, dtype) for dtype in ("f4", "i8") for shape in ((1, 2), (3, 2), (1, 3), (1, 2, 2))]
    assert batches_of(host, gate, [("autoencoders", "same", {"z": z}) for z in inputs]) == 6


def test_an_operation_that_is_not_batched_runs_once_for_each_caller(host, gate):
    assert batches_of(host, gate, [(VAE, "sample", {"n": 2, "seed": 1})] * 3) == 3


def test_without_batching_every_call_runs_alone(pretrained, gates):
    host = Host(torch.device("cpu"), batching=False)
    gate = gates(host)
    gate.close()
    assert batches_of(host, gate, [(VAE, "decode", {"z": z}) for z in several()]) == 10


def test_a_batch_has_its_limit(host, gate, monkeypatch):
    monkeypatch.setattr(host_module, "BATCH_LIMIT", 4)
    assert batches_of(host, gate, [(VAE, "decode", {"z": z}) for z in several()]) == 3


def test_status_counts_calls_and_batches(host, gate):
    futures = [host.submit(VAE, "decode", {"z": z}) for z in several()]
    gate.open()
    results(futures)
    status = host.status()
    assert (status["calls"], status["batches"], status["models"]) == (11, 2, [VAE])
    assert status["model_bytes"] == sum(4 * p.numel() for p in host.models[VAE].parameters())
    assert status["device"].startswith("CPU")


# what is superseded, refused or given up


def test_a_newer_call_supersedes_only_the_waiting_one_of_its_slot(host, gate):
    old, other, none = (host.submit(VAE, "decode", {"z": codes(1)}, slot) for slot in ("mine", "theirs", None))
    new = host.submit(VAE, "encode", {"x": np.zeros((1, 1, 28, 28), np.float32)}, "mine")
    with pytest.raises(Superseded, match="newer"):
        old.result(PATIENCE)
    gate.open()
    assert new.result(PATIENCE).shape == (1, 2)
    assert [picture.shape for picture in results([other, none])] == [(1, 1, 28, 28)] * 2


def test_a_call_that_has_begun_is_not_superseded(host, gates):
    gate = gates(host)
    begun = gate.close(slot="mine")
    newer = host.submit(VAE, "decode", {"z": codes(1)}, "mine")
    gate.open()
    assert begun.result(PATIENCE) is None
    assert newer.result(PATIENCE).shape == (1, 1, 28, 28)


def test_a_full_queue_refuses_and_recovers(host, gate, monkeypatch):
    monkeypatch.setattr(host_module, "QUEUE_LIMIT", 3)
    waiting = [host.submit(VAE, "decode", {"z": codes(1)}) for _ in range(3)]
    with pytest.raises(Busy, match="try again"):
        host.call(VAE, "decode", {"z": codes(1)})
    with pytest.raises(Busy, match="try again"):
        next(host.stream("autoencoders", "train_map", {}))
    gate.open()
    results(waiting)
    assert host.call(VAE, "decode", {"z": codes(1)}).shape == (1, 1, 28, 28)


def test_a_caller_that_gives_up_while_waiting_harms_nobody(host, gate):
    given_up, patient = (host.submit(VAE, "decode", {"z": codes(1)}, slot) for slot in ("a", "b"))
    assert given_up.cancel()
    newer = host.submit(VAE, "decode", {"z": codes(2)}, "a")
    gate.open()
    assert [len(pictures) for pictures in results([patient, newer])] == [1, 2]


# what fails


def test_a_failing_call_does_not_poison_later_ones(host):
    with pytest.raises(EngineError, match="RuntimeError"):
        host.call(VAE, "decode", {"z": codes(1, d=7)})
    with pytest.raises(EngineError, match="unexpected keyword argument 'zz'"):
        host.call(VAE, "decode", {"zz": codes(1)})
    assert host.call(VAE, "decode", {"z": codes(1)}).shape == (1, 1, 28, 28)


def test_an_error_in_a_shared_batch_reaches_every_caller(host, gate):
    futures = [host.submit(VAE, "decode", {"z": codes(1, seed, d=7)}) for seed in range(3)]
    fine = host.submit(VAE, "decode", {"z": codes(1)})
    gate.open()
    for future in futures:
        with pytest.raises(EngineError, match="RuntimeError"):
            future.result(PATIENCE)
    assert fine.result(PATIENCE).shape == (1, 1, 28, 28)


def test_what_an_operation_refuses_keeps_its_sentence(host):
    refused = {"x": np.zeros((1, 1, 28, 28), np.float32), "sigma": 9.0, "share": 0.5, "seed": 0}
    with pytest.raises(BadRequest, match="The noise must lie in 0…2"):
        host.call("autoencoders", "corrupt", refused)


@pytest.mark.parametrize(
    ("target", "operation", "sentence"),
    [
        ("nobody", "decode", "There is no model 'nobody'"),
        ("../pretrained", "decode", "There is no model"),
        ("", "decode", "There is no model"),
        (VAE, "nothing", "know no operation 'nothing'"),
        (VAE, "__init__", "know no operation"),
        ("autoencoders", "train_map", "'train_map' is a stream"),
    ],
)
def test_unknown_models_and_operations(host, target, operation, sentence):
    with pytest.raises(BadRequest, match=sentence):
        host.call(target, operation, {})


def test_a_call_is_no_stream(host):
    with pytest.raises(BadRequest, match="'decode' is no stream"):
        next(host.stream(VAE, "decode", {"z": codes(1)}))


def test_a_damaged_model_leaves_the_others_alone(host, pretrained):
    (pretrained / VAE / "weights.safetensors").write_bytes(b"")
    (pretrained / "folder-only").mkdir()
    with pytest.raises(BrokenCheckpoint, match=f"pretrained/{VAE}/weights.safetensors is damaged.*git checkout"):
        host.call(VAE, "decode", {"z": codes(1)})
    with pytest.raises(BrokenCheckpoint, match="pretrained/folder-only/card.json is missing"):
        host.call("folder-only", "decode", {"z": codes(1)})
    assert host.call(LINEAR, "decode", {"z": codes(1, d=4)}).shape == (1, 1, 28, 28)


def test_a_card_of_an_unknown_family_is_a_broken_checkpoint(host, pretrained):
    card = pretrained / VAE / "card.json"
    card.write_text(card.read_text("utf-8").replace('"autoencoders"', '"alchemists"'), "utf-8")
    with pytest.raises(BrokenCheckpoint, match=f"pretrained/{VAE}/card.json.*alchemists.*git checkout"):
        host.call(VAE, "decode", {"z": codes(1)})


# streams


@pytest.fixture
def count(register) -> list[int]:
    """The steps that the stream `count` has done so far; it ends with "closed", or after `n` with "done"."""
    steps = []

    def run(_device, n, fail_at=None):
        try:
            for step in range(n):
                if step == fail_at:
                    raise ZeroDivisionError("nothing left to divide")
                steps.append(step)
                yield {"step": torch.tensor(step)}
            steps.append("done")
        finally:
            steps.append("closed")

    register("count", run)
    return steps


def test_a_stream_yields_its_records_in_order_as_arrays(host, count):
    records = list(host.stream("autoencoders", "count", {"n": 4}))
    assert [int(record["step"]) for record in records] == [0, 1, 2, 3]
    assert all(isinstance(record["step"], np.ndarray) for record in records)
    assert count[-2:] == ["done", "closed"]


def test_a_stream_works_only_when_asked_and_ends_when_closed(host, count):
    records = host.stream("autoencoders", "count", {"n": 1000})
    assert count == []
    next(records), next(records)
    assert count == [0, 1]
    records.close()
    assert count == [0, 1, "closed"]


def test_streams_and_calls_take_turns(host, count):
    one, other = (host.stream("autoencoders", "count", {"n": 3}) for _ in range(2))
    for step in range(3):
        assert int(next(one)["step"]) == step
        assert host.call(VAE, "decode", {"z": codes(2)}).shape == (2, 1, 28, 28)
        assert int(next(other)["step"]) == step
    assert [*one, *other] == []


def test_a_failing_stream_ends_with_a_sentence_and_is_closed(host, count):
    records = host.stream("autoencoders", "count", {"n": 5, "fail_at": 2})
    assert [int(next(records)["step"]) for _ in range(2)] == [0, 1]
    with pytest.raises(EngineError, match="ZeroDivisionError: nothing left to divide"):
        next(records)
    assert count == [0, 1, "closed"]
    assert len(list(host.stream("autoencoders", "count", {"n": 2}))) == 2


def test_every_model_says_how_many_numbers_it_holds(host):
    loaded = checkpoints.load(VAE, host.device)
    assert host.call(VAE, "parameters", {}) == sum(p.numel() for p in loaded.parameters())
