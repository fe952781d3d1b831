"""torchvision's models, with weights that the test saves: nothing is fetched from afar."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models import get_model

from engine import public_models
from engine.errors import BadRequest
from engine.host import Host
from engine.segmentation import public
from engine.segmentation.public import NoPublicModel
from engine.segmentation.public_names import PUBLIC, VOC

CPU = torch.device("cpu")
NAME = "lraspp_mobilenet_v3_large"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torch's cache, empty."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    public._opened.cache_clear()
    yield tmp_path / "hub" / "checkpoints"
    public._opened.cache_clear()


def network(name: str) -> torch.nn.Module:
    torch.manual_seed(0)
    return get_model(name, weights=None, weights_backbone=None, num_classes=21, aux_loss=public._has_second_head(name))


def saved(name: str, path: Path) -> torch.nn.Module:
    path.parent.mkdir(parents=True, exist_ok=True)
    module = network(name)
    torch.save(module.state_dict(), path)
    return module.eval()


def test_what_the_page_shows_is_what_torchvision_says():
    for name, choice in PUBLIC.items():
        weights = public._weights(name)
        assert len(weights.meta["categories"]) == len(choice.classes)
        assert weights.meta["categories"][15] == VOC[15] == "person"
        assert weights.meta["_metrics"]["COCO-val2017-VOC-labels"]["miou"] == pytest.approx(100 * choice.miou)
        assert weights.meta["_file_size"] == pytest.approx(choice.megabytes, abs=0.1)
        assert list(weights.transforms().mean) == list(public.MEAN)
        assert list(weights.transforms().std) == list(public.STD)


def test_a_state_dict_in_the_cache_is_used_as_it_is(cache):
    module = saved(NAME, public._file(NAME))
    picture = np.random.default_rng(0).integers(0, 256, (60, 520, 3)).astype(np.uint8)
    host = Host(CPU)
    answer = host.call("segmentation", "segment_public", {"name": NAME, "picture": picture, "logits": True})
    assert answer["classes"].shape == (60, 520)
    height, width = answer["logits"].shape[1:]
    model = public.load(NAME, CPU)
    assert max(height, width) >= model.side
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        theirs = module((x - torch.tensor(public.MEAN).view(3, 1, 1)) / torch.tensor(public.STD).view(3, 1, 1))["out"]
        torch.testing.assert_close(model(x), theirs)
    assert host.call("segmentation", "public_here", {}) == [NAME]


def test_a_model_that_is_not_here_or_damaged_or_unknown_is_told_in_a_sentence(cache):
    with pytest.raises(NoPublicModel, match="fetch it first"):
        public.load(NAME, CPU)
    with pytest.raises(NoPublicModel, match="no public model 'sam'"):
        public.load("sam", CPU)
    public._file(NAME).parent.mkdir(parents=True)
    public._file(NAME).write_bytes(b"nonsense")
    with pytest.raises(NoPublicModel, match="delete .*pth and fetch again"):
        public.load(NAME, CPU)


def published(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file on this machine stand for what torchvision offers."""
    weights = type("Weights", (), {"url": path.as_uri()})
    monkeypatch.setattr(public, "_weights", lambda name: weights)


def test_a_download_reports_and_is_checked(cache, tmp_path, monkeypatch):
    data = np.random.default_rng(0).bytes(3 * public_models.CHUNK)
    path = tmp_path / f"net-{sha256(data).hexdigest()[:8]}.pth"
    path.write_bytes(data)
    published(path, monkeypatch)
    monkeypatch.setattr(public_models, "SECONDS_BETWEEN_REPORTS", -1)
    reports = list(public.fetch(NAME))
    assert [report.bytes for report in reports] == [n * public_models.CHUNK for n in (1, 2, 3)]
    assert reports[-1].total == len(data)
    assert (cache / path.name).read_bytes() == data
    assert list(public.fetch(NAME)) == []


def test_a_download_that_is_not_what_was_published_leaves_nothing_behind(cache, tmp_path, monkeypatch):
    path = tmp_path / "net-00000000.pth"
    path.write_bytes(b"something else")
    published(path, monkeypatch)
    with pytest.raises(NoPublicModel, match="not the file"):
        list(public.fetch(NAME))
    published(tmp_path / "gone-00000000.pth", monkeypatch)
    with pytest.raises(NoPublicModel, match="is there a network"):
        list(public.fetch(NAME))
    assert list(cache.iterdir()) == []


def test_the_engine_refuses_what_is_no_picture(cache):
    saved(NAME, public._file(NAME))
    with pytest.raises(BadRequest, match="uint8"):
        Host(CPU).call("segmentation", "segment_public", {"name": NAME, "picture": np.zeros((4, 4), np.uint8)})
