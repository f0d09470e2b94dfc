"""Whether a database is what the history yields: shown by the database, never taken for granted."""
