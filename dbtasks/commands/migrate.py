"""Writing revisions: from the models (`migrate`), by hand (`--empty`), to join heads (`merge`)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial

from alembic import command as alembic_command
from alembic.script import Script
from sqlalchemy import Connection

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.impact.impact import impact_of
from dbtasks.autogenerate.impact.trial import UPGRADE, try_revision
from dbtasks.autogenerate.plan.mass_drops import refuse_mass_drop
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.autogenerate.write.message import in_docstring
from dbtasks.commands.alembic_context import online
from dbtasks.commands.current import current_of
from dbtasks.errors import BehindError, UsageError
from dbtasks.hints import command
from dbtasks.project.environment import ATTRIBUTE, EnvironmentRun
from dbtasks.project.project import Project
from dbtasks.project.revision_graph import version_folders
from dbtasks.revisions.ids import new_revision_id
from dbtasks.values import Change, Written


@dataclass(frozen=True)
class _Planned:
    """A planner that has planned already."""

    migration: Migration

    def plan(self, connection: Connection) -> Migration:
        """Return the plan."""
        del connection
        return self.migration


def migrate(project: Project, message: str, answers: Answers | None = None) -> Written:
    """Write a revision from what the models say and the database does not.

    Writes nothing when they agree. Raises `UsageError` for an empty message or a missing answer,
    `BehindError` while revisions are pending, `HistoryError` when there are several heads,
    `RefusedError` for what would do harm or can't be done.
    """
    message = checked_message(message)
    answers = replace(answers or Answers(), message=message)
    project.revisions.refuse_several_heads()
    return project.database.read(partial(_migrate, project, message, answers))


def _migrate(project: Project, message: str, answers: Answers, connection: Connection) -> Written:
    """Gather, plan, refuse, write, try."""
    _refuse_behind(project, current_of(project, connection))
    connection.rollback()
    planner = Planner(Comparer.of(project), answers)
    migration = planner.plan(connection)
    if not answers.allow_drops:
        refuse_mass_drop(migration, answers, project.root)
    connection.rollback()
    changes = tuple(change for item in migration.differences for change in item.changes())
    if not migration.upgrade:
        return Written("", message, "", changes)
    with _taken_away_on_failure(project):
        script = _write(project, message, connection, migration)
        connection.rollback()
        try_revision(planner.comparer, connection, script)
    seen = impact_of(script, UPGRADE, connection, planner.comparer.metadata, project.root)
    notes = tuple(dict.fromkeys((*migration.notes, *seen.losses, *seen.notes)))
    return written(project, script, message, changes, notes)


def _write(project: Project, message: str, connection: Connection, migration: Migration) -> Script:
    config = project.config(**{ATTRIBUTE: online(connection, planner=_Planned(migration))})
    with silent():
        written = alembic_command.revision(
            config, in_docstring(message), autogenerate=True, rev_id=new_revision_id()
        )
    script = _single(written)
    assert script is not None
    return script


@contextmanager
def _taken_away_on_failure(project: Project) -> Iterator[None]:
    """Leave no new file behind if what happens inside fails."""
    folders = version_folders(project.revisions.script)
    before = {path for folder in folders for path in folder.glob("*.py")}
    try:
        yield
    except BaseException:
        for path in {path for folder in folders for path in folder.glob("*.py")} - before:
            path.unlink()
        raise


def write_empty(project: Project, message: str) -> Written:
    """Write a revision with nothing in it, for a migration of data."""
    message = checked_message(message)
    project.revisions.refuse_several_heads()
    config = project.config(**{ATTRIBUTE: EnvironmentRun()})
    with silent():
        script = alembic_command.revision(config, in_docstring(message), rev_id=new_revision_id())
    return written(project, _single(script), message)


def silent() -> AbstractContextManager[object]:
    """Keep to ourselves what Alembic prints of each hook that formats the file."""
    return redirect_stdout(io.StringIO())


def checked_message(message: str, verb: str = "migrate") -> str:
    """Return the message in one line. Raises `UsageError` when there is nothing in it.

    Nor may it look like an option: plain Invoke takes any word that follows for the message.
    """
    words = " ".join(message.split())
    if words.startswith("--"):
        raise UsageError(
            f"{words!r} is an option and no message. Nothing was written.",
            "See the options: ",
            command("help", verb),
        )
    if not words:
        raise UsageError(
            "A revision needs a message that says what it does.",
            "For example: ",
            command("migrate", "add venue to gigs"),
        )
    return words


def _refuse_behind(project: Project, current: tuple[str, ...]) -> None:
    pending = project.revisions.upgrades(current, "heads")
    if pending:
        raise BehindError(
            f"The database is behind: {len(pending)} revisions are not applied yet, and what "
            "they do would be written a second time. Nothing was written.",
            "First: ",
            command("upgrade"),
        )


def _single(written: Script | Sequence[Script | None] | None) -> Script | None:
    return written if isinstance(written, Script) or written is None else next(iter(written), None)


def written(
    project: Project,
    script: Script | None,
    message: str,
    changes: tuple[Change, ...] = (),
    notes: tuple[str, ...] = (),
) -> Written:
    """Return what was written, as a value."""
    assert script is not None
    return Written(script.revision, message, project.revisions.shown(script.path), changes, notes)
