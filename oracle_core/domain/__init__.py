"""The nouns of the desk. Frozen, validated where they are constructed, and knowing no one above them."""
