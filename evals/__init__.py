"""Evals: cases put through the advisor, against a reference model server and against what it once answered."""
