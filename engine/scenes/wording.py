"""Phrases → English. A seed chooses one synonym for each meaning, so that only what is said sets two captions apart."""

from random import Random

from engine.scenes.claims import Claim, Ground, Phrase
from engine.scenes.composing import pick

NOUNS = {
    "circle": ("circle", "disc"),
    "square": ("square",),
    "triangle": ("triangle",),
    "star": ("star",),
    "ring": ("ring", "hoop"),
    "cross": ("cross", "plus sign"),
    "heart": ("heart",),
    "moon": ("moon", "crescent"),
    None: ("shape", "object", "thing"),
}
SIZE_WORDS = {
    "small": ("small", "little", "tiny"),
    "medium": ("medium", "medium-sized", "mid-sized"),
    "large": ("large", "big", "huge"),
}
TEXTURE_WORDS = {
    "plain": ("plain", "solid"),
    "striped": ("striped", "stripy"),
    "dotted": ("dotted", "spotted"),
    "checked": ("checked", "chequered"),
}
WITH = {"striped": "with stripes", "dotted": "with dots", "checked": "with checks"}
RELATIONS = {
    "left of": ("left of", "to the left of", "on the left of"),
    "right of": ("right of", "to the right of", "on the right of"),
    "above": ("above", "over"),
    "below": ("below", "under", "beneath"),
    "between": ("between", "in between"),
}
GROUNDS = ("background", "backdrop")
NUMBERS = ("no", "one", "two", "three", "four")

TEXTURES_SAID = TEXTURE_WORDS | {texture: (*TEXTURE_WORDS[texture], behind) for texture, behind in WITH.items()}
SYNONYMS = NOUNS | SIZE_WORDS | TEXTURES_SAID | RELATIONS | {"background": GROUNDS}

Words = dict[str | None, str]
"""What to call a shape (None: any), a size, a texture, a relation, or the background."""


def some_words(rng: Random) -> Words:
    """One of the synonyms for each."""
    return {meaning: pick(rng, synonyms) for meaning, synonyms in SYNONYMS.items()}


def written(claim: Claim, template: str, seed: int) -> str:
    """A claim in words.

    A template may name {things} (all phrases as a list), {rest} (all but the first), {is}, {relation} and {ground}, the
    phrases one by one, {a}, {b}, {c} being "a red circle" and {the_a}, {the_b}, {the_c} "the red circle", and the first
    as {number}, "one red circle".
    """
    words = some_words(Random(f"wording {seed}"))
    bodies = [body(words, phrase) for phrase in claim.phrases]
    named = [counted(phrase.count, text) for phrase, text in zip(claim.phrases, bodies, strict=True)]
    first = claim.phrases[0].count
    parts = {"things": listed(named), "rest": listed(named[1:]), "is": "are" if first > 1 else "is"}
    parts |= {"number": f"{NUMBERS[first]} {bodies[0]}", "ground": ground(words, claim.ground)}
    parts["relation"] = words.get(claim.relation, claim.relation)
    for letter, text, name in zip("abc", bodies, named, strict=False):
        parts |= {letter: name, f"the_{letter}": f"the {text}"}
    return template.format_map(parts)


def body(words: Words, phrase: Phrase) -> str:
    """A phrase without its article or number, such as "small red circles with stripes"."""
    noun = words[phrase.shape]
    return _ordered(
        phrase.size and words[phrase.size],
        phrase.texture and words[phrase.texture],
        phrase.colour,
        plural(noun) if phrase.count > 1 else noun,
    )


def ground(words: Words, said: Ground) -> str:
    """What is said of a background, such as "a striped grey background"."""
    return counted(1, _ordered(None, said.texture and words[said.texture], said.colour, words["background"]))


def _ordered(size: str | None, texture: str | None, colour: str | None, noun: str) -> str:
    """The words there are in English order; "with stripes" follows its noun."""
    behind = texture in WITH.values()
    words = (size, None if behind else texture, colour, noun, texture if behind else None)
    return " ".join(word for word in words if word)


def counted(count: int, text: str) -> str:
    """A body of words with its article or number."""
    if count == 1:
        return f"an {text}" if text[0] in "aeiou" else f"a {text}"
    return f"{NUMBERS[count]} {text}"


def listed(names: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"
