"""Compiled forms of the formulas that large batches need: the plain NumPy form beside them is the definition."""
