"""What a book is exposed to: Greeks in desk units, stress, margin and variance, before and after a plan."""
