"""Residents who have an account look at proposals of their neighbours, where their territory wants it."""
