"""Scenarios that are kept, compared and published, and what residents say of them."""
