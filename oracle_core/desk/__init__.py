"""The desk: what can be asked, the one line from book to verdict, and the wiring that builds everything once."""
