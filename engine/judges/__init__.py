"""Judges: fixed classifiers that measure what generators make. They are trained once, on real pictures alone."""
