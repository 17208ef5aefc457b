"""The table written down for others: `schemas/`, and the command line's verb data. Run by `make generate`."""
