"""Every adversarial model that Manifold ships, as a recipe."""

RECIPES = {}
