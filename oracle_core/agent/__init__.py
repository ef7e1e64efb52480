"""The advisor: a small graph in which code computes, a model may choose, and the engine always answers."""
