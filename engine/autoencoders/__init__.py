"""Autoencoders, variational autoencoders and vector-quantised autoencoders."""
