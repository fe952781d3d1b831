"""The benchmarks' own arithmetic, what they say of a missing part, and their command line; no time is asserted."""

import json
import threading
from importlib import import_module
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine import bench, cards, checkpoints, measurements, server
from engine.cards import Card, Metric, Reference
from engine.timing import LeftOut, at_once, latencies, repetitions


@pytest.fixture
def pretrained(tmp_path, monkeypatch):
    """An empty pretrained/."""
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path)
    return tmp_path


def vae_card(name: str, d: int, neg_elbo: float, published: tuple[Reference, ...] = (), **fields) -> Card:
    terms = {"neg_elbo": neg_elbo, "reconstruction": neg_elbo - 7, "kl": 7.0}
    about = dict.fromkeys(("title", "licence", "split", "objective", "device", "sha256"), "") | {
        "family": "autoencoders", "kind": "vae", "config": {"d": d}, "dataset": "MNIST", "parameters": 1, "seed": 0,
        "minutes": 1.0, "steps_done": 10, "steps_full": 20,
        "metrics": {term: Metric(value, 10_000, 5) for term, value in terms.items()},
    }  # fmt: skip
    return Card(name=name, published=published, **about | fields)


def save(card: Card, folder) -> None:
    (folder / card.name).mkdir()
    card.save(folder / card.name)


# --- durations


def test_percentiles_of_a_hundred_and_one_equal_steps():
    assert latencies([i / 1000 for i in range(101)]) == {"p50_ms": 50.0, "p95_ms": 95.0, "max_ms": 100.0}


def test_nothing_measured_has_no_percentiles():
    assert latencies([]) == {"p50_ms": None, "p95_ms": None, "max_ms": None}


@given(st.lists(st.floats(0, 100), min_size=1))
def test_percentiles_are_ordered_and_reach_the_maximum(seconds):
    measured = latencies(seconds)
    assert measured["p50_ms"] <= measured["p95_ms"] <= measured["max_ms"] == round(1000 * max(seconds), 1)


def test_little_effort_still_repeats():
    assert [repetitions(20, effort) for effort in (1, 0.5, 0.01)] == [20, 10, 2]


# --- load


def test_threads_call_at_the_same_time():
    meeting = threading.Barrier(5, timeout=30)
    load = at_once(meeting.wait, threads=5, each=3)
    assert (load["threads"], load["calls"], load["errors"]) == (5, 15, 0)


def test_errors_are_counted_and_one_is_told():
    def refuse():
        raise RuntimeError("too much to do")

    load = at_once(refuse, threads=3, each=4)
    assert (load["errors"], load["first_error"], load["calls_per_s"], load["p50_ms"]) == (12, "too much to do", 0, None)


@pytest.mark.parametrize("kind, config", [
    ("vae", {"d": 3, "width": 8, "blocks": 1}), ("linear", {"code": 4}),
    ("vqvae", {"codes": 16, "depth": 4, "channels": 4}),
])  # fmt: skip
def test_a_benchmark_code_is_one_that_the_model_decodes(kind, config):
    model = checkpoints.build("autoencoders", kind, config).eval()
    z = measurements.code(SimpleNamespace(kind=kind, config=config))
    assert model.decode(torch.from_numpy(z)).shape == (1, 1, 28, 28)


@pytest.mark.parametrize("arguments, setting, batching", [
    ([], None, True), (["--no-batching"], None, False), ([], "0", False), ([], "1", True),
])  # fmt: skip
def test_the_engine_runs_one_call_at_a_time_when_told_to(arguments, setting, batching, monkeypatch):
    hosts = []
    monkeypatch.setattr("sys.argv", ["engine.server", *arguments])
    monkeypatch.setattr(server, "application", lambda host, secret: hosts.append(host))
    for owner, name in ((server, "limit_threads"), (server, "_import_what_training_needs"), (server.uvicorn, "run")):
        monkeypatch.setattr(owner, name, lambda *_, **__: None)
    monkeypatch.delenv("MANIFOLD_BATCHING", raising=False)
    if setting:
        monkeypatch.setenv("MANIFOLD_BATCHING", setting)
    server.main()
    assert [host.batching for host in hosts] == [batching]


# --- the ELBO table


def test_the_elbo_table_stands_beside_the_published_figures(pretrained):
    published = (Reference("mse", 1.0, "nobody"), Reference("neg_elbo", 137.08, "S-VAE"))
    save(vae_card("vae20-mnist", 20, 90.0), pretrained)
    save(vae_card("vae2-mnist", 2, 135.05, published), pretrained)
    save(vae_card("ae-deep-mnist", 2, 0.0, metrics={"mse": Metric(0.01, 10_000)}), pretrained)
    (pretrained / "damaged").mkdir()
    first, second = measurements.elbo()
    assert (first["model"], first["published"], first["gap"], first["source"]) == ("vae2-mnist", 137.08, -2.03, "S-VAE")
    assert first["reconstruction"] + first["kl"] == pytest.approx(first["neg_elbo"])
    assert second["model"] == "vae20-mnist" and "published" not in second


# --- the command line


def test_an_unknown_benchmark_is_told_in_one_sentence(capsys):
    with pytest.raises(SystemExit) as ended:
        bench.main(["elbow"])
    assert ended.value.code == "There is no benchmark 'elbow'. `python -m engine.bench --list` shows all."
    assert capsys.readouterr().out == ""


def test_the_list_names_every_benchmark_and_each_of_them_exists(capsys):
    bench.main(["--list"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(bench.BENCHES)
    assert all(callable(getattr(measurements, name)) for name in bench.ENGINE)
    assert all(callable(import_module(f"benchmarks.{name}").measure) for name in bench.APPLICATION)


def test_the_command_prints_one_json_object(pretrained, capsys):
    save(vae_card("vae2-mnist", 2, 135.0), pretrained)
    bench.main(["elbo", "--effort", "0.1"])
    report = json.loads(capsys.readouterr().out)
    assert report["machine"]["cores"] >= 1 and report["machine"]["packages"]["torch"] == torch.__version__.split("+")[0]
    assert [row["neg_elbo"] for row in report["results"]["elbo"]] == [135.0]


def test_what_cannot_be_measured_says_so_and_the_rest_goes_on(pretrained, capsys, monkeypatch):
    def broken(effort):
        raise RuntimeError("a leak")

    monkeypatch.setattr(measurements, "memory", broken)
    bench.main(["start", "memory", "elbo"])
    results = json.loads(capsys.readouterr().out)["results"]
    assert results["start"]["left_out"].startswith("No checkpoint is in pretrained/")
    assert results["memory"] == {"failed": "RuntimeError: a leak"}
    assert results["elbo"] == []


def test_a_missing_process_has_no_memory():
    with pytest.raises(LeftOut):
        measurements.resident_mib(2**30)


def test_a_missing_package_is_a_sentence_in_the_json(tmp_path, monkeypatch):
    (tmp_path / "playwright.py").write_text("raise ModuleNotFoundError('gone', name='playwright')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    reason = "The package playwright is not installed; `make bench` installs it."
    assert bench.run("paint", 1.0) == {"left_out": reason}


def test_a_benchmark_that_breaks_off_names_its_command(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    sentence = bench.run("weight", 0.5)["failed"]
    assert sentence.startswith("`python -m benchmarks weight --effort 0.5` ended with status 1")
