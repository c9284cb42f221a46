"""Sources that are programmed rather than declared, and what their parsers share."""
