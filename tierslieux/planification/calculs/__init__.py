"""Computations too long for a page: asked for, followed, cancelled."""
