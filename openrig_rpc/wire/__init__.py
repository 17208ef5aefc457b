"""The only code that sees bytes: two doors onto one table. Empty on purpose, since the forwarder imports it."""
