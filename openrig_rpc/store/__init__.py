"""The only code that runs SQL: one writer with group commit, one read connection, migrations, the event journal."""
