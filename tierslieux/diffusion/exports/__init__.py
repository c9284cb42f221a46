"""Files of the whole base or of any part of it: one module per format, one table of formats (registre.py)."""
