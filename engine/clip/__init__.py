"""Contrastive language-image pre-training (Radford et al. 2021): pictures and texts as points of one space."""
