"""Writing a revision: from the models, or an empty one to be filled by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.forgotten import notes_on_forgotten, refuse_without_tables
from dbtasks.commands.kept_revision import kept_if_asked, try_again
from dbtasks.commands.migrate_each import migrate_each
from dbtasks.commands.migration import plan_migration, put_in, tried
from dbtasks.commands.revision_file import checked_message, write_revision, written_value
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.databases.transactions import release
from dbtasks.errors import DbtasksError
from dbtasks.project.doubts import doubts
from dbtasks.project.project import Project
from dbtasks.revisions.script import RevisionScript
from dbtasks.schema.lines import lines
from dbtasks.values import Written


def migrate(
    project: Project, message: str, answers: Answers | None = None, *, keep: bool = False
) -> Written:
    """Write a revision from what the models say and the database does not.

    The file is tried on a copy before it stays. Writes nothing when they agree. With `keep`, one
    that fails stays, marked as unfinished: no verb applies it. Called with `keep` while there is
    one, it writes nothing and tries that again; where it works now, the mark is taken away.

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
    projects = project.each_database()
    if not keep:
        project.revisions.refuse_unfinished()
    try:
        if keep and (again := try_again(project, projects, message)):
            return again
        if projects[1:]:
            return migrate_each(project, projects, message, answers, keep=keep)
        return project.database.read(partial(_migrate, project, message, answers, keep))
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
    project.revisions.refuse_unfinished()
    with taken_away_on_failure() as written:
        return written_value(project, write_revision(project, message, written), message)


def _migrate(
    project: Project, message: str, answers: Answers, keep: bool, connection: Connection
) -> Written:
    """Gather, plan, refuse, write, try."""
    planner = Planner(Comparer.of(project), answers)
    migration = plan_migration(project, planner, connection)
    changes = (*lines(migration.differences), *migration.others)
    doubtful = doubts(project.settings)
    if migration.is_empty:
        refuse_without_tables(project)
        return Written("", message, "", changes, (*doubtful, *notes_on_forgotten(project)))
    with taken_away_on_failure() as written:
        script = write_migration(project, connection, migration, message, written)
        release(connection)
        try:
            with kept_if_asked(project, message, written, migration.violations, keep=keep):
                seen = tried(project, planner, script, connection)
        except DbtasksError as error:
            answers.remind(error, migration.answers)
            raise
    found = (*doubtful, *migration.notes, *seen, *notes_on_forgotten(project))
    return written_value(project, script, message, changes, tuple(dict.fromkeys(found)))


def write_migration(
    project: Project,
    connection: Connection,
    migration: Migration,
    message: str,
    written: list[Path],
) -> RevisionScript:
    """Write a revision that is planned already, note its file in `written`, and return it."""
    compare = partial(put_in, project, connection, migration)
    return write_revision(project, message, written, compare)
