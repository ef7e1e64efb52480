"""One rail a file: its name is the file's, and `RAIL` is what the table lists."""
