"""The file of a revision."""
