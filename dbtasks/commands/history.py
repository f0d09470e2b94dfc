"""The revisions of a project, and what of them its database holds."""

from __future__ import annotations

from dataclasses import replace

from dbtasks.commands.current import current_of
from dbtasks.project.project import Project
from dbtasks.values import History, Revision


def read_history(project: Project) -> History:
    """Return every revision, newest first, marked with what the database holds."""
    history = project.revisions
    current = project.database.read(lambda connection: current_of(project, connection))
    known = tuple(id_ for id_ in current if id_ not in history.unknown(current))
    revisions = history.described(history.all_scripts(), known)
    return History(revisions, current, history.heads)


def read_heads(project: Project) -> History:
    """Return the heads alone, and what of them the database holds."""
    history = read_history(project)
    return replace(history, revisions=tuple(item for item in history.revisions if item.is_head))


def read_revision(project: Project, name: str) -> Revision:
    """Return the revision that goes by `name`. Raises `UnknownRevisionError`."""
    id_ = project.revisions.find(name).revision
    return next(item for item in read_history(project).revisions if item.id == id_)
