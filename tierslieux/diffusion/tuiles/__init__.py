"""Vector tiles: boundaries, places, and the figures of territories, for GIS programs and maps of other sites."""
