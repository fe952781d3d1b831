from math import log

import pytest
import torch
from torch.nn import functional as F

from engine.clip.losses import info_nce, ranks, recall

SCALE = 20.0


def unit(*shape: int) -> torch.Tensor:
    return F.normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(0)), dim=-1)


def test_a_model_that_knows_nothing_pays_log_n():
    """All similarities are equal: each of the N answers has probability 1 / N."""
    for n in (2, 64):
        rows, columns = info_nce(torch.zeros(n, n), SCALE)
        assert float(rows) == pytest.approx(log(n))
        assert float(columns) == pytest.approx(log(n))


def test_random_features_of_many_dimensions_pay_about_log_n():
    rows, _ = info_nce(unit(256, 2048) @ unit(2, 256, 2048)[1].T, 1.0)
    assert float(rows) == pytest.approx(log(256), abs=0.01)


def test_the_loss_is_symmetric_and_falls_with_the_right_order_alone():
    vectors = unit(16, 8)
    rows, columns = info_nce(vectors @ vectors.T, SCALE)
    assert float(rows) == pytest.approx(float(columns))
    shuffled, _ = info_nce(vectors @ vectors.roll(1, 0).T, SCALE)
    assert float(rows) < log(16) < float(shuffled)


def test_the_gradient_draws_a_pair_together_and_pushes_the_others_apart():
    similarities = torch.zeros(5, 5, requires_grad=True)
    (sum(info_nce(similarities, 1.0)) / 2).backward()
    expected = (torch.full((5, 5), 1 / 5) - torch.eye(5)) / 5  # (softmax − one-hot) / N for rows and columns alike
    torch.testing.assert_close(similarities.grad, expected)


def test_a_false_sentence_is_one_more_wrong_answer_and_a_missing_one_is_none():
    similarities = torch.zeros(4, 4)
    rows, columns = info_nce(similarities, SCALE, torch.zeros(4, 1))
    assert float(rows) == pytest.approx(log(5))
    assert float(columns) == pytest.approx(log(4))
    rows, _ = info_nce(similarities, SCALE, torch.full((4, 1), -torch.inf))
    assert float(rows) == pytest.approx(log(4))


def test_ranks_count_the_wrong_answers_before_the_best_right_one():
    similarities = torch.tensor([[0.9, 0.8, 0.7], [0.1, 0.5, 0.4]])
    owners = torch.tensor([[False, True, True], [True, False, True]])
    assert ranks(similarities, owners).tolist() == [1, 1]
    assert recall(ranks(similarities, owners), 1) == 0
    assert recall(ranks(similarities, owners), 2) == 1


def test_a_model_without_an_opinion_earns_nothing():
    assert recall(ranks(torch.zeros(10, 10), torch.eye(10, dtype=torch.bool)), 9) == 0


def test_recall_at_chance():
    """A random order puts the one right answer of 100 among the first 10 in a tenth of the cases."""
    torch.manual_seed(0)
    scores = torch.rand(4000, 100)
    assert recall(ranks(scores, torch.arange(100) == torch.arange(4000)[:, None] % 100), 10) == pytest.approx(
        0.1, abs=0.02
    )
