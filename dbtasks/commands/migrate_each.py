"""Writing one revision for several databases, through the project's own script.py.mako.

Each database has its own pair of functions in the file. All are planned before the file is written,
and tried before it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from alembic.autogenerate import RevisionContext
from sqlalchemy import Connection

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.autogenerate.state.reflection import reflected_schema
from dbtasks.commands.forgotten import notes_on_forgotten, refuse_without_tables
from dbtasks.commands.kept_revision import kept_if_asked
from dbtasks.commands.migration import plan_migration, put_in, tried
from dbtasks.commands.revision_file import write_revision, written_value
from dbtasks.commands.several import with_name
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.databases.transactions import release
from dbtasks.project.doubts import doubts
from dbtasks.project.project import Project
from dbtasks.revisions.script import RevisionScript
from dbtasks.values import Change, Written


@dataclass(frozen=True)
class _Part:
    """What the revision does for one of the databases."""

    project: Project
    planner: Planner
    migration: Migration

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, each with the name of the database."""
        name = self.project.database_name
        own = (change for item in self.migration.differences for change in item.changes())
        found = (*own, *self.migration.others)
        return tuple(Change(change.sign, f"{name}: {change.what}") for change in found)

    def notes(self, *others: str) -> tuple[str, ...]:
        """Return what is to be known of it, each with the name of the database."""
        name = self.project.database_name
        return tuple(f"{name}: {note}" for note in (*self.migration.notes, *others))


def migrate_each(
    project: Project,
    projects: Sequence[Project],
    message: str,
    answers: Answers,
    *,
    keep: bool,
) -> Written:
    """Write what the models of `projects` say and their databases do not.

    One without models is passed over. Raises as `migrate` does.
    """
    compared = [one for one in projects if one.models.target is not None] or projects
    names = [with_name(one, _names) for one in compared]
    given = [_answers_for(place, names, answers) for place in range(len(compared))]
    parts = [
        with_name(one, partial(_planned, some)) for one, some in zip(compared, given, strict=True)
    ]
    changes = tuple(change for part in parts for change in part.changes)
    doubtful = doubts(project.settings)
    forgotten = tuple(dict.fromkeys(note for one in compared for note in notes_on_forgotten(one)))
    if all(part.migration.is_empty for part in parts):
        return Written("", message, "", changes, (*doubtful, *forgotten))

    def compare(revision: RevisionContext) -> None:
        for part in parts:
            part.project.database.read(partial(_put_in, part, revision))

    with taken_away_on_failure() as written:
        script = write_revision(project, message, written, compare)
        broken = [line for part in parts for line in part.migration.violations]
        with kept_if_asked(project, message, written, broken, keep=keep):
            seen = [note for part in parts for note in _tried(part, script)]
    notes = dict.fromkeys((*doubtful, *seen, *forgotten))
    return written_value(project, script, message, changes, tuple(notes))


def _planned(answers: Answers, project: Project) -> _Part:
    planner = Planner(Comparer.of(project), answers)

    def work(connection: Connection) -> _Part:
        migration = plan_migration(project, planner, connection)
        if migration.is_empty:
            refuse_without_tables(project)
        return _Part(project, planner, migration)

    return project.database.read(work)


def _tried(part: _Part, script: RevisionScript) -> tuple[str, ...]:
    """Try what the revision does for one database; return what is to be known of that."""
    its_own = script.called_with(part.project.revisions.arguments)
    work = partial(tried, part.project, part.planner, its_own)
    found = with_name(part.project, lambda one: one.database.read(work))
    return part.notes(*found)


def _put_in(part: _Part, revision: RevisionContext, connection: Connection) -> None:
    put_in(part.project, connection, part.migration, revision)
    release(connection)


def _names(project: Project) -> frozenset[str]:
    """Return the names of the tables and enums that a database has, or its models declare."""
    models = project.models

    def work(connection: Connection) -> frozenset[str]:
        schema = reflected_schema(connection, models.metadata, models.options)
        return frozenset((*schema.tables, *schema.enums, *models.metadata.tables))

    return project.database.read(work)


def _answers_for(place: int, names: Sequence[frozenset[str]], answers: Answers) -> Answers:
    """Return the answers that are about one of the databases, or about none of them."""

    def is_about(name: str, number: int) -> bool:
        return any(name == item or name.startswith(f"{item}.") for item in names[number])

    def is_given(name: str) -> bool:
        others = (is_about(name, number) for number in range(len(names)))
        return is_about(name, place) or not any(others)

    return replace(
        answers,
        renames={name: new for name, new in answers.renames.items() if is_given(name)},
        no_renames=tuple(name for name in answers.no_renames if is_given(name)),
        fills={name: sql for name, sql in answers.fills.items() if is_given(name)},
        fill_tables={name: sql for name, sql in answers.fill_tables.items() if is_given(name)},
    )
