"""The building blocks of convolutional networks, each small enough to be worked out by hand.

Everything but the training of `live.py` is NumPy only: pages use it too.
"""
