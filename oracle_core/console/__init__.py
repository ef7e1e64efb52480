"""The faces of the desk: commands, a chat and the text of every document. Nothing is decided here."""
