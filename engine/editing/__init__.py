"""Editing: scenes painted from words, and pictures changed with noise, masks, words and instructions."""
