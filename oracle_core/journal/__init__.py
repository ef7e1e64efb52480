"""What happened, once and for good: an append-only, hash-chained store, and the state that follows from it."""
