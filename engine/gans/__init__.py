"""Generative adversarial networks: the race of losses and cures in the plane, and generators of pictures."""
