"""Rows of tests, one module per feature."""
