"""Imports: what publishers give, read, cleaned, matched and written; the only feature that writes fiches in bulk."""
