"""Proposing a place, correcting one, saying that it is closed: the forms and what they hand over."""
