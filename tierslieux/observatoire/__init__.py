"""Pages of figures for the agents of a territory: maps, tables, comparisons, reports."""
