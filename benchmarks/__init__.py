"""What the project times, side by side with its peers. `make bench`, or a part of it: `make bench ARGS="engine"`."""
