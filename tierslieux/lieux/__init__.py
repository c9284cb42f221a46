"""Places: fiches (what each source says) and lieux (what is published)."""
