"""open_clip's models, as a tiny one that the test saves: nothing is fetched from afar."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file

from engine import public_models
from engine.clip import public
from engine.clip.public import Source
from engine.clip.public_names import PUBLIC
from engine.host import Host
from engine.public_models import NoPublicModel

CPU = torch.device("cpu")
NAME, TAG = "ViT-B-32", "laion2b_s34b_b79k"
TINY = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torch's cache, empty, on a machine where ViT-B-32 is a tiny model."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, NAME, TINY)
    public._opened.cache_clear()
    yield tmp_path / "hub" / "open_clip"
    public._opened.cache_clear()


@pytest.fixture
def network(cache) -> torch.nn.Module:
    torch.manual_seed(0)
    return open_clip.create_model(NAME).eval()


def saved(network: torch.nn.Module, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), path)


def test_what_is_suggested_is_known_to_open_clip():
    for choice in PUBLIC:
        assert choice.tag in open_clip.list_pretrained_tags_by_model(choice.name)


@torch.no_grad()
def test_weights_in_the_cache_are_used_as_they_are(network):
    saved(network, public._file(NAME, TAG))
    host, pictures = Host(CPU), np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)
    asked = {"name": NAME, "tag": TAG}
    seen = host.call("clip", "embed_pictures_public", asked | {"pictures": pictures})
    said = host.call("clip", "embed_texts_public", asked | {"texts": ["a dog", "two cats"]})
    mean, std = (torch.tensor(open_clip.get_pretrained_cfg(NAME, TAG)[key]).view(3, 1, 1) for key in ("mean", "std"))
    x = (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - mean) / std
    tokens = open_clip.tokenize(["a dog", "two cats"])
    theirs = network.encode_image(x, normalize=True), network.encode_text(tokens, normalize=True)
    np.testing.assert_allclose(seen, theirs[0], atol=1e-5)
    np.testing.assert_allclose(said["embeddings"], theirs[1], atol=1e-5)
    assert said["logit_scale"] == pytest.approx(float(network.logit_scale.exp()), rel=1e-5)
    assert host.call("clip", "public_here", {}) == [asked]
    about = host.call("clip", "about_public", asked)
    assert (about["side"], about["d"]) == (32, 24)


def test_the_old_format_is_read_too_and_nothing_in_it_is_run(network):
    path = public._file(NAME, TAG)
    path.parent.mkdir(parents=True)
    torch.save(network.state_dict(), path)
    theirs = dict(network.named_parameters())
    for name, weight in public.load(NAME, TAG, CPU).network.named_parameters():
        torch.testing.assert_close(weight, theirs[name], rtol=0, atol=0)


def test_a_wide_picture_is_cut_to_its_middle_or_squeezed():
    x = torch.zeros(1, 3, 32, 96)
    x[..., 32:64] = 1
    middle = public.framed(x, 16, squeeze=False)
    assert middle.shape == (1, 3, 16, 16)
    assert float(middle.mean()) > 0.95
    assert float(public.framed(x, 16, squeeze=True).mean()) == pytest.approx(1 / 3, abs=0.02)


def test_a_model_that_is_not_here_or_damaged_or_unknown_is_told_in_a_sentence(cache):
    with pytest.raises(NoPublicModel, match="fetch it first"):
        public.load(NAME, TAG, CPU)
    with pytest.raises(NoPublicModel, match="knows no model 'ViT-Z'"):
        public.load("ViT-Z", TAG, CPU)
    with pytest.raises(NoPublicModel, match="no weights 'best'; known are openai"):
        public.load(NAME, "best", CPU)
    public._file(NAME, TAG).parent.mkdir(parents=True)
    public._file(NAME, TAG).write_bytes(b"nonsense")
    with pytest.raises(NoPublicModel, match="delete .*weights and fetch again"):
        public.load(NAME, TAG, CPU)


def published(path: Path, checksum: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file on this machine stand for what is published."""
    monkeypatch.setattr(public, "_source", lambda name, tag: Source(path.as_uri(), checksum))


def test_a_download_reports_and_is_checked(cache, tmp_path, monkeypatch):
    data = np.random.default_rng(0).bytes(2 * public_models.CHUNK)
    path = tmp_path / "weights"
    path.write_bytes(data)
    published(path, sha256(data).hexdigest(), monkeypatch)
    monkeypatch.setattr(public_models, "SECONDS_BETWEEN_REPORTS", -1)
    reports = list(public.fetch(NAME, TAG))
    assert [report.bytes for report in reports] == [public_models.CHUNK, 2 * public_models.CHUNK]
    assert reports[-1].total == len(data)
    assert public._file(NAME, TAG).read_bytes() == data
    assert list(public.fetch(NAME, TAG)) == []


def test_a_download_that_fails_leaves_nothing_behind(cache, tmp_path, monkeypatch):
    path = tmp_path / "weights"
    path.write_bytes(b"something else")
    published(path, "0" * 64, monkeypatch)
    with pytest.raises(NoPublicModel, match="not the file"):
        list(public.fetch(NAME, TAG))
    published(tmp_path / "gone", None, monkeypatch)
    with pytest.raises(NoPublicModel, match="is there a network"):
        list(public.fetch(NAME, TAG))
    assert list(cache.iterdir()) == []


def test_a_reader_that_stops_ends_the_download(cache, tmp_path, monkeypatch):
    path = tmp_path / "weights"
    path.write_bytes(bytes(3 * public_models.CHUNK))
    published(path, None, monkeypatch)
    monkeypatch.setattr(public_models, "SECONDS_BETWEEN_REPORTS", -1)
    reports = public.fetch(NAME, TAG)
    next(reports)
    reports.close()
    assert list(cache.iterdir()) == []
