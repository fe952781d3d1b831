"""Segmentation: a class for every pixel. The U-Net, its history, and what it makes of a person's own picture."""
