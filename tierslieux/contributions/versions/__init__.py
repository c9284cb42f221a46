"""Looking back: the history of a place, its records, what one author did, the audit log; and undoing all of it."""
