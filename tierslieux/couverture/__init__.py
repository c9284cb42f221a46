"""Who reaches which kind of place, in how long, and how many people in need do not."""
