"""Outbox, look, paste, look, submit, settle: the only code that types into a pane."""
