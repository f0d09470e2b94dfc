"""All that is SQLite's own."""
