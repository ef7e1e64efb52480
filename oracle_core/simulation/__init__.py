"""The desk's own decision driven over a price history: a straddle hedged with a perpetual, every cost accounted."""
