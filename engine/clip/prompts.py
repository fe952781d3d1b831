"""Sentences around a class's name. No torch: pages use it too."""

from collections.abc import Sequence

PHOTOS = (
    "a photo of a {}",
    "a picture of a {}",
    "the {}",
    "there is a {}",
    "a {} outside",
    "a close up of a {}",
    "one {}",
)
"""For models that learned from photos."""

SCENES = ("a {}", "there is a {}", "a picture of a {}", "an image with a {}", "a scene that shows a {}")
"""For models that learned from drawn scenes."""

TEMPLATES = {"clip-flickr8k": PHOTOS, "clip-scenes": SCENES}
"""The templates that suit a model; the public ones take those for photos."""


def filled(templates: Sequence[str], names: Sequence[str]) -> list[list[str]]:
    """Every template with every name in place of its {}: names × templates. Raises `ValueError`.

    An article agrees with its noun: "a {}" and "apple" make "an apple".
    """
    if not templates or any("{}" not in template for template in templates):
        raise ValueError("A template is a sentence with {} where the class's name goes.")
    return [[_with_article(template, name.strip()) for template in templates] for name in names]


def _with_article(template: str, name: str) -> str:
    if name[:1].lower() in tuple("aeiou"):
        template = template.replace(" a {}", " an {}")
        template = f"an{template[1:]}" if template.startswith("a {}") else template
    return template.replace("{}", name)
