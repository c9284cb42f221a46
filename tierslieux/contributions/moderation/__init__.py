"""Looking at what people propose, and deciding: the queue, one proposal, locks, what can be undone."""
