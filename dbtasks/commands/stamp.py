"""Recording a revision as the current one without running anything."""

from __future__ import annotations

from sqlalchemy import Connection

from dbtasks.commands.alembic_context import migration_context
from dbtasks.commands.current import current_of
from dbtasks.databases.transactions import committed
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.project import Project
from dbtasks.values import Current


def stamp(project: Project, target: str, *, purge: bool = False) -> Current:
    """Record `target` as the current revision without running anything.

    `purge` forgets what the database names before, so that a revision no file has can be left.

    Raises `UnknownRevisionError`, `HistoryError`, `DatabaseError`.

    >>> dbtasks.stamp(project, "head").is_at_head
    True
    """
    refuse_doubts(project.settings, "stamp", target, *["--purge"] * purge)
    graph = project.revisions
    if target not in {"base", "heads"}:
        target = graph.find(target).revision
    if not purge:
        graph.refuse_unknown(project.database.read(lambda c: current_of(project, c)))

    def work(connection: Connection) -> tuple[str, ...]:
        with committed(connection):
            if purge:
                migration_context(connection, project.models, purge=True).run_migrations()
            migration_context(connection, project.models).stamp(graph.script, target)
        return current_of(project, connection)

    current = project.database.run(work)
    return Current(project.database.name, current, graph.heads, current == graph.heads)
