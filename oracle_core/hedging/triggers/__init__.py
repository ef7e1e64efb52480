"""What makes a desk look, and what makes it step back: one trigger a file."""
