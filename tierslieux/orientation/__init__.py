"""Guided orientation: a few questions, then three places, each with why it was chosen."""
