"""Histories that others wrote, carried out by our verbs as plain Alembic does."""
