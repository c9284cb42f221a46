"""Third places, digital help and the gaps between them and people."""
