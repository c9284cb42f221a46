"""One module per source: its columns, and how a row of them becomes a record."""
