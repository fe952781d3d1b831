import numpy as np
import pytest
from scipy.special import softmax

from engine.clip import queries
from engine.clip.framing import squeezed
from engine.clip.prompts import PHOTOS, SCENES, filled

RNG = np.random.default_rng(0)
VECTORS = queries.unit(RNG.normal(size=(50, 8)))


def test_a_query_of_one_part_is_that_part_and_equal_parts_meet_in_the_middle():
    np.testing.assert_allclose(queries.mixed(VECTORS[:1], [3.0]), VECTORS[0], atol=1e-6)
    middle = queries.mixed(VECTORS[:2], [1, 1])
    assert middle @ VECTORS[0] == pytest.approx(middle @ VECTORS[1], abs=1e-6)
    assert np.linalg.norm(middle) == pytest.approx(1, abs=1e-6)


def test_taking_a_meaning_away_lowers_its_score():
    plain, less = queries.mixed(VECTORS[:2], [1, 0]), queries.mixed(VECTORS[:2], [1, -0.5])
    assert less @ VECTORS[1] < plain @ VECTORS[1]


def test_what_cancels_out_is_refused():
    with pytest.raises(ValueError, match="cancel"):
        queries.mixed(VECTORS[[0, 0]], [1, -1])


def test_a_ranking_is_in_the_order_of_the_cosines():
    order, scores = queries.ranking(VECTORS[7], VECTORS, 5)
    assert order[0] == 7
    assert scores[0] == pytest.approx(1, abs=1e-5)
    assert (np.diff(scores) <= 0).all()
    assert set(order) == set(np.argsort(-VECTORS @ VECTORS[7])[:5])


def test_the_classifier_is_a_softmax_over_the_mean_of_its_templates():
    texts = queries.unit(RNG.normal(size=(3, 4, 8)))
    classes = queries.classifier(texts)
    p = queries.probabilities(VECTORS, classes, 30.0)
    np.testing.assert_allclose(p, softmax(30 * VECTORS @ classes.T, axis=1), atol=1e-5)
    for vector, templates in zip(classes, texts, strict=True):
        np.testing.assert_allclose(vector, templates.mean(0) / np.linalg.norm(templates.mean(0)), atol=1e-6)


def test_templates_of_equal_meaning_change_nothing_and_heat_makes_answers_alike():
    texts = queries.unit(RNG.normal(size=(3, 1, 8)))
    np.testing.assert_allclose(queries.classifier(np.repeat(texts, 5, 1)), texts[:, 0], atol=1e-6)
    np.testing.assert_allclose(queries.probabilities(VECTORS, texts[:, 0], 0.0), 1 / 3, atol=1e-6)


def test_articles_agree_with_names():
    assert filled(["a photo of a {}", "a {} outside", "the {}"], ["dog", "apple"]) == [
        ["a photo of a dog", "a dog outside", "the dog"],
        ["a photo of an apple", "an apple outside", "the apple"],
    ]
    for templates in (PHOTOS, SCENES):
        assert filled(templates, ["x"])
    with pytest.raises(ValueError, match="where the class's name goes"):
        filled(["a photo"], ["dog"])


def test_each_word_is_left_out_once():
    assert queries.without_each("a red star") == (["a", "red", "star"], ["red star", "a star", "a red"])


def test_a_picture_is_squeezed_whole():
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:, 40:] = 200
    small = squeezed(picture, 16)
    assert small.shape == (16, 16, 3)
    assert small[:, :6].max() < 20
    assert small[:, 10:].min() > 180
    with pytest.raises(ValueError, match=r"\(H, W, 3\)"):
        squeezed(picture[..., 0], 16)
