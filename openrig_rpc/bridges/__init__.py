"""The same table in other protocols."""
