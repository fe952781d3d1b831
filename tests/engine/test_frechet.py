"""The Fréchet distance in a judge's features, with an untrained judge on scikit-learn's digits."""

import pytest
import torch

from engine import checkpoints, datasets
from engine.frechet import accuracy, frechet_to_test
from engine.judges.networks import LeNet, SmallConvNet

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def judge(monkeypatch) -> LeNet:
    """Stands in for `judge-digits`, which is not shipped."""
    torch.manual_seed(0)
    network = LeNet(10).eval()
    monkeypatch.setattr(checkpoints, "companion", lambda name, device: network)
    return network


@pytest.fixture
def real() -> torch.Tensor:
    return torch.from_numpy(datasets.load("digits").test.images).float() / 255


def test_the_test_set_has_no_distance_to_itself(real):
    assert frechet_to_test(real, "digits", CPU) == pytest.approx(0, abs=1e-4)


def test_the_more_a_picture_is_spoilt_the_farther_it_is(real):
    torch.manual_seed(0)
    distances = [frechet_to_test(real + s * torch.randn_like(real), "digits", CPU) for s in (0.0, 0.2, 0.5)]
    assert distances == sorted(distances)
    assert distances[1] > 10 * max(distances[0], 1e-4)


def test_one_digit_for_all_is_far_though_it_is_a_real_one(real):
    collapsed = real[:1].expand(len(real), -1, -1, -1)
    assert frechet_to_test(collapsed, "digits", CPU) > frechet_to_test(real[::2], "digits", CPU)


def test_accuracy_counts_what_the_judge_reads(real, judge):
    read = judge(real).argmax(1)
    assert accuracy(real, read, "digits", CPU) == 1
    assert accuracy(real, (read + 1) % 10, "digits", CPU) == 0


def test_judges_name_their_features():
    assert LeNet(10).features(torch.rand(2, 1, 28, 28)).shape == (2, 84)
    assert SmallConvNet(10, 8).eval().features(torch.rand(2, 3, 32, 32)).shape == (2, 32)
