"""Candidate actions: what a desk would weigh, what each costs, and the one order they are ranked in."""
