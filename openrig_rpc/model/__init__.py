"""The nouns: what travels and what is stored. No I/O, and nothing of ours is imported here."""
