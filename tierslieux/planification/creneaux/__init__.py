"""Opening hours as a lever: which half-day serves most people."""
