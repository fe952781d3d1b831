import numpy as np
import pytest
from scipy.special import log_softmax

from engine.errors import BadRequest

MODEL = "clip-tiny"


def test_pictures_and_texts_become_unit_vectors_of_one_space(engine, pictures):
    seen = engine.call(MODEL, "embed_pictures", pictures=pictures)
    said = engine.call(MODEL, "embed_texts", texts=["a red circle", "two stars"])
    assert seen.shape == (6, 16)
    assert said["embeddings"].shape == (2, 16)
    for vectors in (seen, said["embeddings"]):
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert said["tokens"] == [["a", "red", "circle"], ["two", "stars"]]
    assert said["cut"] == [False, False]


def test_a_picture_has_the_same_vector_in_any_company(engine, pictures):
    together = engine.call(MODEL, "embed_pictures", pictures=np.repeat(pictures, 12, 0))
    alone = engine.call(MODEL, "embed_pictures", pictures=pictures[2:3])
    np.testing.assert_allclose(together[24], alone[0], atol=1e-5)


def test_a_text_has_the_same_vector_beside_longer_ones(engine):
    alone = engine.call(MODEL, "embed_texts", texts=["a star"])["embeddings"]
    beside = engine.call(MODEL, "embed_texts", texts=["a star", "a large red star left of two small stripy moons"])
    np.testing.assert_allclose(alone[0], beside["embeddings"][0], atol=1e-5)


def test_a_text_that_is_too_long_says_so_and_is_still_read(engine):
    answer = engine.call(MODEL, "embed_texts", texts=["red " * 10_000, "red " * 11, "red"])
    assert answer["cut"] == [True, False, False]
    np.testing.assert_array_equal(answer["embeddings"][0], answer["embeddings"][1])
    assert [len(pieces) for pieces in answer["tokens"]] == [11, 11, 1]


def test_the_loss_of_pairs_is_that_of_their_similarities(engine, pictures):
    answer = engine.call(MODEL, "pairs", pictures=pictures, texts=[f"{n} stars" for n in range(6)])
    logits = answer["logit_scale"] * answer["similarities"]
    rows, columns = (-np.diagonal(log_softmax(logits, axis)).mean() for axis in (1, 0))
    assert float(answer["loss_pictures"]) == pytest.approx(rows, rel=1e-4)
    assert float(answer["loss_texts"]) == pytest.approx(columns, rel=1e-4)
    assert float(answer["loss"]) == pytest.approx((rows + columns) / 2, rel=1e-4)


def test_the_places_of_a_picture_add_up_to_its_similarity(engine, pictures):
    shares = engine.call(MODEL, "relevance", picture=pictures[0], text="a red circle", how="places")
    whole = engine.call(MODEL, "pairs", pictures=pictures[:1], texts=["a red circle"])["similarities"]
    assert shares.shape == (4, 4)
    assert float(shares.sum()) == pytest.approx(float(whole[0, 0]), abs=1e-5)


def test_covering_what_is_grey_already_changes_nothing(engine, pictures):
    grey = np.full((32, 32, 3), 128, np.uint8)
    np.testing.assert_allclose(engine.call(MODEL, "relevance", picture=grey, text="a star"), 0, atol=1e-5)
    patched = grey.copy()
    patched[:8, :8] = 255
    fall = np.abs(engine.call(MODEL, "relevance", picture=patched, text="a star"))
    assert fall.shape == (12, 12)
    assert fall[:3, :3].mean() > 3 * fall[8:, 8:].mean()


@pytest.mark.parametrize(
    ("operation", "arguments", "sentence"),
    [
        ("embed_pictures", {"pictures": np.zeros((1, 16, 16, 3), np.uint8)}, r"uint8 \(B, 32, 32, 3\)"),
        ("embed_pictures", {"pictures": np.zeros((1, 32, 32, 3), np.float32)}, "uint8"),
        ("embed_texts", {"texts": []}, "1 to 256"),
        ("embed_texts", {"texts": ["a"] * 257}, "1 to 256"),
        ("embed_texts", {"texts": ["a", "  "]}, "at least one word"),
        ("pairs", {"pictures": np.zeros((2, 32, 32, 3), np.uint8), "texts": ["a"]}, "as many"),
        ("relevance", {"picture": np.zeros((32, 32, 3), np.uint8), "text": "a", "how": "rollout"}, "not by 'rollout'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(engine, operation, arguments, sentence):
    with pytest.raises(BadRequest, match=sentence):
        engine.call(MODEL, operation, **arguments)
