"""Indicators of territories: their catalogue, the publishers' files they come from, their values at every level."""
