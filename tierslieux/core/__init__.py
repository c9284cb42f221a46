"""Shared kernel: no Flask, no feature."""
