"""What Alembic is given to write, and what it writes."""
