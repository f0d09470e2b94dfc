"""The revisions of a project, and what of them its database holds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from dbtasks.autogenerate.impact.impact import impact_of
from dbtasks.commands.current import current_of
from dbtasks.commands.plan import DOWNGRADE, UPGRADE
from dbtasks.project.project import Project
from dbtasks.values import History, Revision


def read_history(project: Project) -> History:
    """Return every revision, newest first, marked with what the database holds.

    Raises `HistoryError` where the files form no history, `DatabaseError`.

    >>> [item.message for item in dbtasks.read_history(project).revisions]
    ['initial']
    """
    return project.database.read(partial(_history, project))


def read_heads(project: Project) -> History:
    """Return the heads alone, and what of them the database holds.

    Raises `HistoryError` where the files form no history, `DatabaseError`.

    >>> [item.is_applied for item in dbtasks.read_heads(project).revisions]
    [True]
    """
    history = read_history(project)
    return replace(history, revisions=tuple(item for item in history.revisions if item.is_head))


def read_revision(project: Project, name: str) -> Revision:
    """Return the revision that goes by `name`, with what it does, read from its file.

    Raises `UnknownRevisionError` where none or several go by it, `HistoryError`.

    >>> [str(change) for change in dbtasks.read_revision(project, "head").upgrade]
    ['+ gigs (id, title)']
    """
    return project.database.read(partial(_revision, project, name))


def _history(project: Project, connection: Connection) -> History:
    graph = project.revisions
    current = current_of(project, connection)
    unknown = graph.unknown(current)
    # What a database holds that is at an unknown revision, nobody knows.
    revisions = graph.described(graph.all_scripts(), None if unknown else current)
    return History(revisions, current, graph.heads, unknown)


def _revision(project: Project, name: str, connection: Connection) -> Revision:
    script = project.revisions.find(name)
    known = _history(project, connection).revisions
    up, down = (impact_of(script, direction, connection) for direction in (UPGRADE, DOWNGRADE))
    return replace(
        next(item for item in known if item.id == script.revision),
        upgrade=up.changes,
        downgrade=down.changes,
        upgrade_losses=up.losses,
        downgrade_losses=down.losses,
        upgrade_locks=up.notes,
        downgrade_locks=down.notes,
    )
