"""Files that people give on the pages: recognised, mapped, previewed, applied by a job, undone."""
