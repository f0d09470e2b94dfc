"""The histories inside of public packages, unchanged, by plain Alembic and by the verbs.

Each has an environment of its own. `python tasks.py test --histories` runs them, CI does.
"""
