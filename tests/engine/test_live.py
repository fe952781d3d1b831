"""Training in the page, on the digits that are always there."""

import re
from collections.abc import Iterator
from itertools import count, islice, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchvision.datasets.utils as downloads
from safetensors.torch import load

from engine import datasets
from engine.autoencoders import live
from engine.autoencoders.live import GRID, MAP_POINTS, LiveMap, Prepared
from engine.autoencoders.networks import VAE
from engine.errors import BadRequest
from engine.host import Host

SETTINGS = {"dataset": "digits", "beta": 0.1, "steps": 300, "seed": 0, "lr": 1e-2, "width": 32}


@pytest.fixture(scope="module")
def clock() -> Iterator[None]:
    """A clock that ticks a second each time it is read, so that a record is due after every ten steps."""
    with pytest.MonkeyPatch.context() as patch:
        ticks = count()
        patch.setattr(live, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
        yield


@pytest.fixture(scope="module")
def host() -> Host:
    return Host(torch.device("cpu"))


@pytest.fixture(scope="module")
def records(clock, host) -> list[LiveMap]:
    """One training from the first record to the last."""
    return list(host.stream("autoencoders", "train_map", SETTINGS))


@pytest.fixture(scope="module")
def decoder(records) -> VAE:
    """A fresh network that has nothing of the training but the weights in the last record."""
    torch.manual_seed(123)
    model = VAE(d=2, width=SETTINGS["width"], blocks=2).eval()
    tensors = {name.removeprefix("decoder."): tensor.float() for name, tensor in load(records[-1].weights).items()}
    model.decoder.load_state_dict(tensors)
    return model


def test_records_come_in_order_and_report_every_step_once(records):
    assert [record.step for record in records] == [0, *range(10, 301, 10)]
    assert all(earlier.seconds <= later.seconds for earlier, later in pairwise(records))
    assert {record.steps for record in records} == {300}
    reported = [entry["step"] for record in records for entry in record.history]
    assert reported == list(range(10, 301, 10))


def test_every_record_is_a_whole_map(records):
    labels = datasets.load("digits").train.labels[:MAP_POINTS]
    for record in records:
        assert record.codes.shape == (MAP_POINTS, 2)
        assert np.isfinite(record.codes).all()
        assert np.array_equal(record.labels, labels)
        assert record.manifold.shape == (GRID, GRID, 28, 28)
        assert record.manifold.dtype == np.uint8
    assert not np.array_equal(records[0].codes, records[-1].codes)


def test_both_terms_of_the_loss_add_up(records):
    """loss = reconstruction + β min(1, progress / 0.05) KL, the KL being phased in over the first 5 %."""
    for entry in (entry for record in records for entry in record.history):
        weight = 0.1 * min(1.0, (entry["step"] - 1) / 300 / 0.05)
        assert entry["kl"] >= 0
        assert entry["loss"] == pytest.approx(entry["reconstruction"] + weight * entry["kl"], rel=1e-4)


def test_the_loss_falls_and_the_classes_part(records):
    losses = [entry["loss"] for record in records for entry in record.history]
    assert np.mean(losses[-5:]) < 0.7 * losses[0]
    assert spread_within_classes(records[-1]) < 0.8 * spread_within_classes(records[0])


def spread_within_classes(record: LiveMap) -> float:
    """The share of the codes' variance that lies within the classes, 0…1."""
    classes = [record.codes[record.labels == label] for label in range(10)]
    return float(sum(len(codes) * codes.var(0).sum() for codes in classes) / (MAP_POINTS * record.codes.var(0).sum()))


def test_only_the_last_record_carries_weights(records):
    assert [len(record.weights) > 0 for record in records] == [False] * (len(records) - 1) + [True]


@torch.no_grad()
def test_the_weights_draw_the_very_map(records, decoder):
    """Half precision may move a pixel by a level or two; the top row is z₂ = 3, the left column z₁ = −3."""
    across = torch.linspace(-3, 3, GRID)
    z = torch.stack([torch.stack([z1, z2]) for z2 in across.flip(0) for z1 in across])
    drawn = (255 * decoder.decode(z)).byte().view(GRID, GRID, 28, 28).numpy().astype(int)
    assert np.abs(drawn - records[-1].manifold).max() <= 2
    for turned in (drawn[::-1], drawn[:, ::-1], drawn.swapaxes(0, 1)):
        assert np.abs(turned - records[-1].manifold).max() > 100


def test_the_same_seed_gives_the_same_map_and_another_seed_another(clock, host):
    def last_codes(seed: int) -> np.ndarray:
        *_, last = host.stream("autoencoders", "train_map", SETTINGS | {"steps": 10, "seed": seed})
        return last.codes

    first = last_codes(1)
    assert np.array_equal(first, last_codes(1))
    assert not np.array_equal(first, last_codes(2))


def test_a_training_that_is_closed_leaves_the_device_to_others(clock, host):
    records = host.stream("autoencoders", "train_map", SETTINGS | {"steps": 20_000})
    assert [record.step for record in islice(records, 3)] == [0, 10, 20]
    records.close()
    calls = host.calls
    x = np.zeros((1, 1, 28, 28), np.float32)
    host.call("autoencoders", "corrupt", {"x": x, "sigma": 0.1, "share": 0.5, "seed": 0})
    assert host.calls == calls + 1


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"beta": -0.1}, "β must lie in 0…100"),
        ({"beta": float("nan")}, "β must lie in 0…100"),
        ({"steps": 0}, "the steps in 1…20,000"),
        ({"steps": 10**9}, "the steps in 1…20,000"),
        ({"lr": 0.0}, "the learning rate in 0.00001…0.1"),
        ({"lr": float("inf")}, "the learning rate in 0.00001…0.1"),
        ({"dataset": "imagenet"}, "There is no data set 'imagenet'"),
        ({"dataset": "fashion"}, "Fashion-MNIST is missing or damaged in"),
    ],
    ids=str,
)
def test_bad_settings_are_told_in_a_sentence(host, tmp_path, monkeypatch, setting, sentence):
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    datasets.load.cache_clear()
    with pytest.raises(BadRequest, match=re.escape(sentence)) as refusal:
        next(host.stream("autoencoders", "train_map", SETTINGS | setting))
    assert "\n" not in str(refusal.value)


def prepared(host: Host, dataset: str, download: bool) -> list[Prepared]:
    return list(host.stream("autoencoders", "prepare_data", {"dataset": dataset, "download": download}))


def test_preparing_says_whether_the_data_is_there(host, tmp_path, monkeypatch):
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    datasets.load.cache_clear()
    assert prepared(host, "digits", download=True) == [Prepared(0, 1, False), Prepared(1, 1, True)]
    assert prepared(host, "mnist", download=False) == [Prepared(0, 1, False), Prepared(1, 1, False)]


def test_a_download_that_fails_is_told_in_a_sentence(host, tmp_path, monkeypatch):
    def fail(*_arguments, **_options):
        raise OSError("no route to host")

    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    monkeypatch.setattr(downloads, "download_and_extract_archive", fail)
    datasets.load.cache_clear()
    with pytest.raises(BadRequest, match="MNIST could not be fetched: is there a network?"):
        prepared(host, "mnist", download=True)
