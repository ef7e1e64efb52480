"""The commands, a file for each kind: they parse, ask one use case, and print."""
