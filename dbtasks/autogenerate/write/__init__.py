"""The file of a revision. Importing the package tells Alembic how our operations are written."""

from dbtasks.autogenerate.write import body, render

__all__ = ["body", "render"]
