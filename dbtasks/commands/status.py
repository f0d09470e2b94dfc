"""Where the database stands against the history, and the history against the models."""

from __future__ import annotations

from sqlalchemy import Connection

from dbtasks.autogenerate.state.reflection import leftovers
from dbtasks.commands.adopt import is_without_version
from dbtasks.commands.check import compare, missing_revision, notes_on_unfinished
from dbtasks.commands.current import current_of
from dbtasks.commands.forgotten import notes_on_forgotten
from dbtasks.project.doubts import doubts
from dbtasks.project.project import Project
from dbtasks.values import Change, NotKnown, Revision, Status


def read_status(project: Project) -> Status:
    """Return the state of the project's database.

    Raises `DatabaseError` when it can't be reached, `ModelsError` when the models don't load,
    `HistoryError` where the files form no history.

    >>> dbtasks.read_status(project).is_behind
    False
    """
    return project.database.read(lambda connection: _status(project, connection))


def _status(project: Project, connection: Connection) -> Status:
    history = project.revisions
    current = current_of(project, connection)
    unknown = history.unknown(current)
    known = tuple(id_ for id_ in current if id_ not in unknown)
    pending: tuple[Revision, ...] = ()
    if not unknown:
        pending = history.described(history.upgrades(known, "heads"), known)
    changes, note = _missing(project, connection, unknown, pending)
    return Status(
        environment=project.settings.environment.value,
        database=project.database.name,
        source=project.database.source,
        # A server that has no such database has not let us come this far.
        exists=project.database.backend.is_remote or project.database.exists(),
        current=current,
        heads=history.heads,
        pending=pending,
        unknown=unknown,
        changes=changes,
        changes_note=note,
        notes=(*_notes(project), *leftovers(connection)),
        is_unversioned=bool(pending) and not current and is_without_version(project, connection),
    )


def _notes(project: Project) -> tuple[str, ...]:
    imported = project.revisions.files.imported
    is_empty = project.models.target is not None and not project.models.metadata.tables
    return (
        *doubts(project.settings),
        *notes_on_unfinished(project),
        *(f"{name} was imported: its revision is no plain text" for name in imported),
        *(notes_on_forgotten(project) if is_empty else ()),
    )


def _missing(
    project: Project,
    connection: Connection,
    unknown: tuple[str, ...],
    pending: tuple[Revision, ...],
) -> tuple[tuple[Change, ...] | None, str]:
    """Return what the models hold and no revision does; else why that can't be told.

    At the head the database itself is compared; behind it, what the revisions would make of it.
    """
    if unknown:
        return None, "the database is at an unknown revision"
    if project.models.target is None:
        return None, "env.py has no target_metadata"
    if not pending:
        return compare(project, connection), ""
    missing = missing_revision(project, connection)
    if isinstance(missing, NotKnown):
        return None, f"revisions are pending, and {missing.why}"
    return missing, ""
