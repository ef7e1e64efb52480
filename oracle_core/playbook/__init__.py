"""The files a desk edits: strategies and personas, read strictly into frozen models."""
