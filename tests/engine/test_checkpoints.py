"""Weights and cards come back from disk; whatever is wrong there becomes a sentence that says how to restore it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from engine import cards, checkpoints, packing
from engine.cards import Card, CheckpointError, Metric, Reference

VAE, LINEAR = "vae-small", "linear-small"
CPU = torch.device("cpu")


def remedy(name: str, file: str) -> str:
    """A pattern for sentences that name the file and both ways to restore it."""
    return rf"pretrained/{name}/{file} .*`git checkout pretrained/{name}`.*`make train NAME={name}`"


def refuses(name: str, file: str, read: Callable[[str], object]) -> None:
    with pytest.raises(CheckpointError, match=remedy(name, file)) as refusal:
        read(name)
    assert "\n" not in str(refusal.value)


def load(name: str) -> torch.nn.Module:
    return checkpoints.load(name, CPU)


# what is stored comes back


def test_weights_are_stored_in_a_byte_a_number_and_used_in_single(pretrained):
    torch.manual_seed(0)
    original = checkpoints.build("autoencoders", "vae", {"d": 2, "width": 16, "blocks": 1}).state_dict()
    stored = load_file(pretrained / VAE / "weights.safetensors")
    restored = load(VAE).state_dict()
    assert original.keys() == restored.keys() == {name for name in stored if not name.endswith(packing.SCALE)}
    assert {stored[name].dtype for name in original} == {torch.int8, torch.float16}
    for name, tensor in original.items():
        assert restored[name].dtype == torch.float32
        if stored[name].dtype == torch.float16:
            assert torch.equal(restored[name], tensor.half().float())
        else:
            assert (restored[name] - tensor).abs().max() <= 0.51 * stored[name + packing.SCALE].max()


def test_whole_numbers_stay_whole(tmp_path):
    module = torch.nn.BatchNorm2d(3)
    module.num_batches_tracked.fill_(70_001)  # more than float16 can hold
    checkpoints.save_weights(module, tmp_path)
    assert load_file(tmp_path / "weights.safetensors")["num_batches_tracked"].item() == 70_001


def test_a_loaded_model_is_ready_for_inference_only(pretrained):
    model = load(LINEAR)
    assert not model.training
    assert not any(p.requires_grad for p in model.parameters())
    x = torch.rand(3, 1, 28, 28)
    assert torch.equal(model(x), load(LINEAR)(x))


def test_a_card_comes_back_as_it_was_saved(pretrained):
    card = cards.read(VAE)
    assert (card.name, card.kind, card.config) == (VAE, "vae", {"d": 2, "width": 16, "blocks": 1})
    assert card.metrics == {"mse": Metric(0.25, 10)}
    assert card.published == (Reference("mse", 0.2, "nobody"),)
    assert card.command == f"python -m engine.evaluate {VAE}"
    assert card.parameters == sum(p.numel() for p in load(VAE).parameters())


def test_derived_arrays_come_back(pretrained, tmp_path):
    arrays = cards.derived(VAE)
    assert arrays["codes"].shape == (5, 2)
    assert arrays["codes"].dtype == np.float16
    assert np.array_equal(arrays["labels"], np.arange(5))
    checkpoints.save_derived({}, tmp_path)
    assert not (tmp_path / "derived.safetensors").exists()


def test_names_are_folders_in_order(pretrained, monkeypatch):
    (pretrained / "notes.txt").write_text("not a model")
    assert cards.names() == [LINEAR, VAE]
    monkeypatch.setattr(cards, "PRETRAINED", pretrained / "nowhere")
    assert cards.names() == []


def test_the_environment_may_name_another_folder(small_models):
    script = "from engine import cards; print(*cards.names())"
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={"MANIFOLD_PRETRAINED": str(small_models), "PYTHONPATH": str(Path(cards.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == [LINEAR, VAE]


# damaged weights


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="one byte short"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:100]), id="header only"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"\0"), id="one byte more"),
        pytest.param(lambda path: path.write_bytes(b"<html>404</html>"), id="a web page"),
        pytest.param(lambda path: path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n"), id="a pointer"),
        pytest.param(lambda path: path.write_bytes((path.parents[1] / LINEAR / path.name).read_bytes()), id="foreign"),
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
    ],
)
def test_damaged_weights(pretrained, damage):
    damage(pretrained / VAE / "weights.safetensors")
    refuses(VAE, "weights.safetensors", load)
    assert load(LINEAR) is not None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(pretrained, small_models, position, bit):
    data = bytearray((small_models / VAE / "weights.safetensors").read_bytes())
    data[position % len(data)] ^= 1 << bit
    (pretrained / VAE / "weights.safetensors").write_bytes(data)
    refuses(VAE, "weights.safetensors", load)


def edit(pretrained: Path, **changes: object) -> None:
    """Change fields of the VAE's card; None removes one."""
    path = pretrained / VAE / "card.json"
    fields = {key: value for key, value in (json.loads(path.read_text()) | changes).items() if value is not None}
    path.write_text(json.dumps(fields))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"no safetensors at all", id="foreign"),
        pytest.param(b"", id="empty"),
        pytest.param((2**60).to_bytes(8, "little") + b"{}", id="a header of an exabyte"),
    ],
)
def test_weights_with_a_matching_checksum_that_are_no_weights(pretrained, data):
    path = pretrained / VAE / "weights.safetensors"
    path.write_bytes(data)
    edit(pretrained, sha256=cards.sha256(data).hexdigest())
    refuses(VAE, "weights.safetensors", load)


@pytest.mark.parametrize(
    "changes",
    [
        {"config": {"d": 3, "width": 16, "blocks": 1}},
        {"config": {"d": 2, "width": 16}},
        {"config": {"d": 2, "width": -16, "blocks": 1}},
        {"config": {"d": 2, "width": "wide", "blocks": 1}},
        {"config": {"d": 2, "width": 16, "blocks": 1, "colour": "green"}},
        {"config": ["d", 2]},
        {"kind": "perpetuum mobile"},
        {"kind": []},
        {"kind": "linear", "config": {"code": 4}},
        {"family": "alchemists"},
        {"family": 7},
    ],
    ids=str,
)
def test_a_card_that_does_not_describe_its_weights(pretrained, changes):
    edit(pretrained, **changes)
    refuses(VAE, "weights.safetensors", load)


# damaged cards


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.unlink(), id="missing"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-20]), id="truncated"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe\x00"), id="not UTF-8"),
        pytest.param(lambda path: path.write_bytes(b"null"), id="null"),
        pytest.param(lambda path: path.write_bytes(b"[1, 2]"), id="a list"),
        pytest.param(lambda path: path.write_bytes(b'{"metrics": {}, "published": []}'), id="fields missing"),
        pytest.param(lambda path: path.write_bytes(b"[" * 100_000), id="nested without end"),
    ],
)
def test_damaged_card_files(pretrained, damage):
    damage(pretrained / VAE / "card.json")
    refuses(VAE, "card.json", cards.read)
    refuses(VAE, "card.json", load)
    assert cards.read(LINEAR).name == LINEAR


@pytest.mark.parametrize("changes", [
    {"metrics": None}, {"metrics": [1]}, {"metrics": {"mse": 3}}, {"metrics": {"mse": {"value": 1}}},
    {"published": "Kingma"}, {"published": [{"who": "Kingma"}]}, {"title": None}, {"colour": "green"},
], ids=str)  # fmt: skip
def test_cards_with_wrong_fields(pretrained, changes):
    edit(pretrained, **changes)
    refuses(VAE, "card.json", cards.read)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2000), noise=st.binary(max_size=3))
def test_a_scratched_card_is_read_or_refused_and_nothing_else(pretrained, small_models, cut, noise):
    text = (small_models / VAE / "card.json").read_bytes()
    (pretrained / VAE / "card.json").write_bytes(text[:cut] + noise + text[cut + len(noise) :])
    try:
        assert isinstance(cards.read(VAE), Card)
    except CheckpointError as refusal:
        assert "pretrained/vae-small/card.json" in str(refusal)


@pytest.mark.parametrize("data", [None, b"", b"{}", b"\x08\0\0\0\0\0\0\0not json"], ids=str)
def test_damaged_derived_arrays(pretrained, data):
    path = pretrained / VAE / "derived.safetensors"
    path.unlink() if data is None else path.write_bytes(data)
    refuses(VAE, "derived.safetensors", cards.derived)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 200), byte=st.integers(0, 255))
def test_scratched_derived_arrays_are_read_or_refused_and_nothing_else(pretrained, small_models, position, byte):
    data = bytearray((small_models / VAE / "derived.safetensors").read_bytes())
    data[position % len(data)] = byte
    (pretrained / VAE / "derived.safetensors").write_bytes(data)
    try:
        assert all(isinstance(array, np.ndarray) for array in cards.derived(VAE).values())
    except CheckpointError as refusal:
        assert "pretrained/vae-small/derived.safetensors" in str(refusal)


def test_nothing_in_the_engine_unpickles():
    """`torch.load` and its kin run whatever a file says; only safetensors and JSON are trusted, and of torchvision's
    own files, which come in no other form, what `weights_only` lets through: tensors."""
    suspects = ("pickle", "torch.load", "torch.save", "joblib", "allow_pickle=True", "marshal", "shelve", "dill")
    for path in Path(cards.__file__).parent.rglob("*.py"):
        source = re.sub(r"torch\.load\(.+, weights_only=True\)", "", path.read_text("utf-8"))
        assert [word for word in suspects if word in source] == [], path.name
