"""Declared sources: columns of a file to fields of a place, and what can be guessed of them."""
