"""The report of a study: a page, a PDF, a map, the same byte for byte from the same data."""
