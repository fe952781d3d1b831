"""Judges: fixed classifiers that measure what generators make. They are trained once and never see a generated picture."""
