"""Phrases → English. The same seed takes the same turns: two claims of one build differ only in what they say."""

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


def written(claim: Claim, template: str, seed: int) -> str:
    """A claim in words.

    A template may name {things} (all phrases as a list), {rest} (all but the first), {is}, {relation}, {ground}, and the
    phrases one by one: {a}, {b}, {c} as "a red circle", {the_a}, {the_b}, {the_c} as "the red circle", and {number}, the
    first as "one red circle".
    """
    rng = Random(f"wording {seed}")
    relation = pick(rng, RELATIONS.get(claim.relation, (claim.relation,)))
    words = {"relation": relation, "ground": ground(rng, claim.ground)}
    bodies = [body(rng, phrase) for phrase in claim.phrases]
    named = [counted(phrase.count, text) for phrase, text in zip(claim.phrases, bodies, strict=True)]
    for letter, text, name in zip("abc", bodies, named, strict=False):
        words |= {letter: name, f"the_{letter}": f"the {text}"}
    first = claim.phrases[0].count
    words |= {"things": listed(named), "rest": listed(named[1:]), "is": "are" if first > 1 else "is"}
    words["number"] = f"{NUMBERS[first]} {bodies[0]}"
    return template.format_map(words)


def body(rng: Random, phrase: Phrase) -> str:
    """A phrase without its article or number, such as "small red circles with stripes"."""
    noun = pick(rng, NOUNS[phrase.shape])
    size = pick(rng, SIZE_WORDS.get(phrase.size, ("",)))
    texture = pick(rng, TEXTURE_WORDS.get(phrase.texture, ("",)))
    behind = WITH.get(phrase.texture, "") if rng.random() < 0.3 else ""
    ahead = "" if behind else texture
    words = (size, ahead, phrase.colour, plural(noun) if phrase.count > 1 else noun, behind)
    return " ".join(word for word in words if word)


def ground(rng: Random, said: Ground) -> str:
    """What is said of a background, such as "a striped grey background"."""
    texture, noun = pick(rng, TEXTURE_WORDS.get(said.texture, ("",))), pick(rng, GROUNDS)
    return counted(1, " ".join(word for word in (texture, said.colour, noun) if word))


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
