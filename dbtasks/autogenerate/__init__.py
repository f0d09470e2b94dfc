"""What turns a difference between models and database into a migration that keeps the data."""
