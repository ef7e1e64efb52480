"""What answers are scored on: one metric a file, each with a way to lose it."""
