"""Where to open: the page of a study and of its best plan."""
