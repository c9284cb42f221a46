"""What a scenario changes, at once: open, move or close a place."""
