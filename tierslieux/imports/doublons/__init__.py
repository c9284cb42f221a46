"""Records that say one place: their likeness, what is merged, what people review, how good it is."""
