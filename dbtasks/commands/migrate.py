"""Writing a revision: from the models, or an empty one to be filled by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.impact.impact import ImpactReader
from dbtasks.autogenerate.impact.trial import UPGRADE, try_revision
from dbtasks.autogenerate.plan.mass_drops import refuse_mass_drop
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.alembic_context import autogenerate_context
from dbtasks.commands.current import current_of
from dbtasks.commands.forgotten import notes_on_forgotten, refuse_without_tables
from dbtasks.commands.revision_file import checked_message, write_revision, written_value
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.databases.transactions import release
from dbtasks.errors import BehindError
from dbtasks.hints import command
from dbtasks.project.doubts import doubts
from dbtasks.project.environment import at_work
from dbtasks.project.project import Project
from dbtasks.revisions.script import RevisionScript
from dbtasks.schema.lines import lines
from dbtasks.values import Written


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

    The file is tried on a copy before it stays. Writes nothing when they agree.

    Raises `MissingAnswerError` where `answers` are silent, `UsageError` for an empty message,
    `BehindError` while revisions are pending, `HistoryError` when there are several heads,
    `RefusedError` for what would do harm or can't be done, `MigrationError` for a file that fails
    its trial and is taken away again, `ProjectError` for a hook of alembic.ini that can't be run,
    `ModelsError`, `DatabaseError`.

    >>> dbtasks.migrate(project, "nothing new").path  # models and database agree
    ''
    """
    message = checked_message(message)
    answers = replace(answers or Answers(), message=message)
    project.revisions.refuse_several_heads()
    try:
        return project.database.read(partial(_migrate, project, message, answers))
    finally:
        project.revisions.forget()  # A file may have been written, and taken away again.


def write_empty(project: Project, message: str) -> Written:
    """Write a revision with nothing in it, for a migration of data.

    Raises `UsageError` for an empty message, `HistoryError` when there are several heads.

    >>> dbtasks.write_empty(project, "fill the titles").message
    'fill the titles'
    """
    message = checked_message(message)
    project.revisions.refuse_several_heads()
    with taken_away_on_failure() as written:
        return written_value(project, write_revision(project, message, written), message)


def _migrate(project: Project, message: str, answers: Answers, connection: Connection) -> Written:
    """Gather, plan, refuse, write, try."""
    _refuse_behind(project, current_of(project, connection))
    release(connection)
    planner = Planner(Comparer.of(project), answers)
    migration = planner.plan(connection)
    if not answers.allow_drops:
        refuse_mass_drop(migration, answers, project.root)
    release(connection)
    changes = tuple(lines(migration.differences))
    doubtful = doubts(project.settings)
    if not migration.upgrade:
        refuse_without_tables(project)
        return Written("", message, "", changes, (*doubtful, *notes_on_forgotten(project)))
    with taken_away_on_failure() as written:
        script = write_migration(project, connection, migration, message, written)
        release(connection)
        with at_work(project.config()):
            try_revision(planner.comparer, connection, script)
    forgotten = notes_on_forgotten(project)
    reader = ImpactReader(connection, planner.comparer.metadata, project.root)
    seen = reader.impact(script, UPGRADE, elsewhere=True)
    found = (*doubtful, *migration.notes, *seen.losses, *seen.notes, *forgotten)
    notes = tuple(dict.fromkeys(found))
    return written_value(project, script, message, changes, notes)


def write_migration(
    project: Project,
    connection: Connection,
    migration: Migration,
    message: str,
    written: list[Path],
) -> RevisionScript:
    """Write a revision that is planned already, note its file in `written`, and return it."""
    context = autogenerate_context(project, connection, _Planned(migration))
    return write_revision(project, message, written, context)


def _refuse_behind(project: Project, current: tuple[str, ...]) -> None:
    pending = len(project.revisions.upgrades(current, "heads"))
    if pending:
        are = "revision is" if pending == 1 else "revisions are"
        they = "it does" if pending == 1 else "they do"
        raise BehindError(
            f"The database is behind: {pending} {are} not applied yet, and what {they} would be "
            "written a second time. Nothing was written.",
            "First: ",
            command("upgrade"),
        )
