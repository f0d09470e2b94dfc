"""Recording a revision as the current one without running anything."""

from __future__ import annotations

from alembic import command as alembic_command
from sqlalchemy import Connection

from dbtasks.commands.alembic_context import online
from dbtasks.commands.current import current_of
from dbtasks.project.environment import ATTRIBUTE
from dbtasks.project.project import Project
from dbtasks.values import Current


def stamp(project: Project, target: str, *, purge: bool = False) -> Current:
    """Record `target` as the current revision without running anything.

    `purge` forgets what the database names before, so that a revision no file has can be left.
    """
    history = project.revisions
    if target not in {"base", "heads"}:
        target = history.find(target).revision
    if not purge:
        history.refuse_unknown(project.database.read(lambda c: current_of(project, c)))

    def work(connection: Connection) -> tuple[str, ...]:
        config = project.config(**{ATTRIBUTE: online(connection)})
        alembic_command.stamp(config, target, purge=purge)
        return current_of(project, connection)

    current = project.database.run(work)
    return Current(project.database.name, current, history.heads, current == history.heads)
