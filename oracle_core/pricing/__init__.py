"""Instruments in, numbers out: what a contract is worth, how it moves, and what trading it costs."""
