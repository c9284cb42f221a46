"""How long it takes to get there: one interface, several engines."""
