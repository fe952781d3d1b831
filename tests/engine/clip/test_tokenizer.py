import pytest

from engine import scenes
from engine.clip.tokenizer import VOCABULARIES, Tokenizer
from engine.clip.towers import PADDING

NAMES = sorted(path.stem for path in VOCABULARIES.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_any_text_comes_back_without_its_case(name):
    tokenizer = Tokenizer(name, 200)
    for text in ("Two dogs run", "Zürich, 北京 🦄!", "no  rest\nfor tabs\t", "naïve café"):
        numbers = tokenizer([text]).numbers[0]
        assert tokenizer._split.decode(numbers.tolist()).strip() == " ".join(text.lower().split())


def test_texts_end_alike_and_are_filled_up():
    numbers = Tokenizer("scenes", 20)(["a star", "a large red star", ""]).numbers
    lengths = (numbers != PADDING).sum(1)
    assert lengths.tolist() == [3, 5, 1]
    assert {int(row[length - 1]) for row, length in zip(numbers, lengths, strict=True)} == {1}


def test_a_long_text_keeps_its_beginning_and_its_end_mark():
    tokens = Tokenizer("scenes", 6)(["red blue green red blue green", "red blue green red blue"])
    assert tokens.cut == [True, False]
    assert tokens.pieces[0] == tokens.pieces[1]
    assert tokens.numbers[0].tolist() == tokens.numbers[1].tolist()


def test_the_words_of_scenes_are_whole_tokens():
    tokenizer = Tokenizer("scenes", 48)
    said = [scenes.caption(scenes.scene(9, n), n).text for n in range(400)]
    words = sorted({word for text in said for word in scenes.words(text) if "-" not in word})
    split = [word for word, pieces in zip(words, tokenizer(words).pieces, strict=True) if len(pieces) > 1]
    assert len(split) < len(words) / 10, split


def test_vocabularies_are_small_files():
    assert {"flickr8k", "scenes"} <= set(NAMES)
    assert all((VOCABULARIES / f"{name}.json").stat().st_size < 100_000 for name in NAMES)
