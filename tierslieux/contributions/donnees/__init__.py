"""Personal data: what is kept of whom and for how long, what is forgotten, given back, erased, taken off the map."""
