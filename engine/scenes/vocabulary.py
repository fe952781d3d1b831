"""Every word that captions and instructions can hold, so that a page can name the words that a model never saw."""

import re
from collections.abc import Iterator

from engine.scenes import captions, edits, wording
from engine.scenes.claims import PLACES
from engine.scenes.composing import MOST
from engine.scenes.truth import BACKGROUNDS, COLOURS


def words(text: str) -> list[str]:
    """The words of a text in lower case, "medium-sized" being one."""
    return re.findall(r"[\w-]+", text.lower())


def _sources() -> Iterator[str]:
    for forms in (*captions.TEMPLATES.values(), *edits.TEMPLATES.values(), captions.GROUNDINGS):
        yield from (re.sub(r"{\w+}", " ", form) for form in forms)
    nouns = [noun for synonyms in wording.NOUNS.values() for noun in synonyms]
    yield from (*nouns, *map(wording.plural, nouns))
    for table in (wording.SIZE_WORDS, wording.TEXTURE_WORDS, wording.RELATIONS):
        yield from (synonym for synonyms in table.values() for synonym in synonyms)
    yield from (*COLOURS, *BACKGROUNDS, *PLACES, *wording.WITH.values(), *wording.GROUNDS)
    yield from (*wording.NUMBERS[: MOST + 1], "a an the is are and to")


VOCABULARY = frozenset(word for source in _sources() for word in words(source))
