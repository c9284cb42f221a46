"""Where the next places should open: candidates, plans with a proof, scenarios, reports."""
