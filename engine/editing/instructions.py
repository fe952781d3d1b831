"""What an instruction speaks of, as far as that can be told from its words: enough to say that it is not there."""

from engine.scenes import Phrase, Scene, words
from engine.scenes.truth import COLOURS
from engine.scenes.wording import NOUNS, SIZE_WORDS, TEXTURE_WORDS, body, counted, listed, plural

SHAPES_SAID = {form: shape for shape, forms in NOUNS.items() for noun in forms for form in (noun, plural(noun))}
SIZES_SAID = {form: size for size, forms in SIZE_WORDS.items() for form in forms}
TEXTURES_SAID = {form: texture for texture, forms in TEXTURE_WORDS.items() for form in forms}
TEXTURES_BEHIND = {"stripes": "striped", "dots": "dotted", "checks": "checked"}


def targets(instruction: str) -> list[Phrase]:
    """The things that an instruction names with "the": "move the red circle below the star" names two."""
    said, found = words(instruction), []
    for start, word in enumerate(said):
        if word == "the" and (named := naming(said[start + 1 :])):
            found.append(named[0])
    return found


def missing(instruction: str, scene: Scene) -> str | None:
    """A sentence about the first thing that an instruction names and a scene does not have; None if all are there."""
    absent = next((phrase for phrase in targets(instruction) if not phrase.among(scene.things)), None)
    if absent is None:
        return None
    there = [counted(1, plainly(Phrase(thing.shape, thing.colour))) for thing in scene.things]
    seen = f"I see {listed(there)}." if there else "I see nothing but a background."
    return f"There is no {plainly(absent)} here. {seen}"


def naming(said: list[str]) -> tuple[Phrase, int] | None:
    """What is named at the beginning of words, and by how many of them: the attributes before a noun, the noun, and
    "with stripes" after it; None where no noun follows."""
    size = texture = colour = None
    for i, word in enumerate(said):
        if word in SHAPES_SAID or said[i : i + 2] == ["plus", "sign"]:
            end = i + (2 if word == "plus" else 1)
            behind = texture_behind(said[end:])
            return Phrase(SHAPES_SAID.get(word, "cross"), colour, size, behind or texture), end + (2 if behind else 0)
        if word in COLOURS:
            colour = word
        elif word in SIZES_SAID:
            size = SIZES_SAID[word]
        elif word in TEXTURES_SAID:
            texture = TEXTURES_SAID[word]
        else:
            return None
    return None


def texture_behind(said: list[str]) -> str | None:
    """The texture that "with stripes" at the beginning of words speaks of; None where they go on otherwise."""
    return TEXTURES_BEHIND.get(said[1]) if said[:1] == ["with"] and said[1:] else None


def plainly(phrase: Phrase) -> str:
    """A phrase in the first of its words, without an article, such as "small red circle"."""
    first = {meaning: forms[0] for table in (NOUNS, SIZE_WORDS, TEXTURE_WORDS) for meaning, forms in table.items()}
    return body(first, phrase)
