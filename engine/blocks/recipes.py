"""This family ships no trained model: its two networks are trained while the person watches."""

RECIPES: dict = {}
