"""Tables of figures to download: a row a territory, for a whole level or for the parts of one territory."""
