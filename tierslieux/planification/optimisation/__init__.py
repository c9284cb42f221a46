"""Pure optimisation: sparse matrices in, chosen sites and a proven bound out."""
