"""Territories of France: boundaries, populations, postcodes, names; the gazetteer of the whole product."""
