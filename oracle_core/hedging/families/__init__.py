"""The families of candidates, one a file: each looks at a situation and says what a desk would weigh."""
