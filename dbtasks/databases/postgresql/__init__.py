"""All that is PostgreSQL's own."""
