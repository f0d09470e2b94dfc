"""What a database says of itself: the revisions that it is at."""

from __future__ import annotations

from sqlalchemy import Connection

from dbtasks.commands.alembic_context import migration_context
from dbtasks.project.project import Project
from dbtasks.values import Current


def read_current(project: Project) -> Current:
    """Return the revisions that the project's database names.

    Raises `DatabaseError` when it can't be reached. A database that is not there yet is at none.

    >>> dbtasks.read_current(project).is_at_head
    True
    """
    current = project.database.read(lambda connection: current_of(project, connection))
    history = project.revisions
    heads, unknown = history.heads, history.unknown(current)
    return Current(project.database.name, current, heads, current == heads, unknown)


def current_of(project: Project, connection: Connection) -> tuple[str, ...]:
    """Return the ids in the version table, sorted; empty when there is no such table."""
    context = migration_context(connection, project.models)
    return tuple(sorted(context.get_current_heads()))
