"""Maps: what is drawn on the server and the grid of clusters. Imports no feature."""
