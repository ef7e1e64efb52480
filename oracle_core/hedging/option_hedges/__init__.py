"""Hedges with options: what the families that change gamma and vega share."""
