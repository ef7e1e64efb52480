"""Settings of the families of candidates: one closed model a file, and the table that names them."""
