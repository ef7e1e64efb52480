"""Formulas: arrays in, arrays out. Nothing here knows an instrument, a venue or a book."""
