"""A project: its settings, its files, its models, its revisions."""
