"""One file a noun. Thin: check who asks, call the engine."""
