"""Open data out: the public API and the interactive map that lives on it. Reads every feature; none reads it."""
