"""Writing revisions: from the models (`migrate`), by hand (`--empty`), to join heads (`merge`)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from alembic import command
from alembic.operations.ops import MigrationScript
from alembic.script import Script
from sqlalchemy import Connection

from dbtasks import door
from dbtasks.autogenerate.describe import describe
from dbtasks.current import current_of
from dbtasks.environment import ATTRIBUTE, Visit
from dbtasks.errors import BehindError, HistoryError, UsageError
from dbtasks.project import Project
from dbtasks.values import Change, Written

_LETTERS = "abcdef"
_DIGITS = "0123456789abcdef"


def new_revision_id() -> str:
    """Return an id of twelve hexadecimal digits that begins with a letter.

    A shell or a spreadsheet reads `1e5` as a number and `-1` as an option; a letter is safe.
    """
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_DIGITS) for _ in range(11))


def migrate(project: Project, message: str) -> Written:
    """Write a revision from what the models say and the database does not.

    Writes nothing when they agree. Raises `UsageError` for an empty message, `BehindError` while
    revisions are pending, `HistoryError` when there are several heads.
    """
    message = checked_message(message)
    history = project.history
    history.refuse_several_heads()
    changes: tuple[Change, ...] = ()

    def keep(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
        nonlocal changes
        operations = scripts[0].upgrade_ops
        assert operations is not None
        changes = describe(operations, project.database.url.get_dialect()())
        if operations.is_empty():
            scripts.clear()

    def work(connection: Connection) -> Script | None:
        _refuse_behind(project, current_of(project, connection))
        connection.rollback()
        config = project.config(**{ATTRIBUTE: Visit(connection)})
        written = command.revision(
            config,
            message,
            autogenerate=True,
            rev_id=new_revision_id(),
            process_revision_directives=keep,
        )
        return _single(written)

    return _written(project, project.database.read(work), message, changes)


def write_empty(project: Project, message: str) -> Written:
    """Write a revision with nothing in it, for a migration of data."""
    message = checked_message(message)
    project.history.refuse_several_heads()
    config = project.config(**{ATTRIBUTE: Visit()})
    script = command.revision(config, message, rev_id=new_revision_id())
    return _written(project, _single(script), message, ())


def merge(project: Project, message: str) -> Written:
    """Write a revision that joins all heads. Raises `HistoryError` when there is but one."""
    message = checked_message(message)
    heads = project.history.heads
    if len(heads) < 2:
        raise HistoryError(
            f"There is nothing to join: the history has {len(heads)} head"
            f"{'' if len(heads) == 1 else 's'}.",
            f"See the graph: {door.command('history')}",
        )
    config = project.config(**{ATTRIBUTE: Visit()})
    script = command.merge(config, heads, message=message, rev_id=new_revision_id())
    return _written(project, script, message, ())


def checked_message(message: str) -> str:
    """Return the message in one line. Raises `UsageError` when there is nothing in it."""
    words = " ".join(message.split())
    if not words:
        raise UsageError(
            "A revision needs a message that says what it does.",
            f"For example: {door.command('migrate', 'add venue to gigs')}",
        )
    return words


def _refuse_behind(project: Project, current: tuple[str, ...]) -> None:
    pending = project.history.upgrades(current, "heads")
    if pending:
        raise BehindError(
            f"The database is behind: {len(pending)} revisions are not applied yet, and what "
            "they do would be written a second time. Nothing was written.",
            f"First: {door.command('upgrade')}",
        )


def _single(written: Script | Sequence[Script | None] | None) -> Script | None:
    return written if isinstance(written, Script) or written is None else next(iter(written), None)


def _written(
    project: Project, script: Script | None, message: str, changes: tuple[Change, ...]
) -> Written:
    if script is None:
        return Written("", message, "", ())
    return Written(script.revision, message, project.history.shown(script.path), changes)
