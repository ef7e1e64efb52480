"""What a desk reads at the end of the day: the same values as Markdown, one self-contained page, and JSON."""
