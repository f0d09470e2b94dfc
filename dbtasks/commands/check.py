"""The differences between the models and a database."""

from __future__ import annotations

from sqlalchemy import Connection

from dbtasks.autogenerate.plan.dependents import notes_on_dependents
from dbtasks.autogenerate.proof.likeness import beside_the_models
from dbtasks.autogenerate.proof.yielded import others_of
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.commands.current import current_of
from dbtasks.commands.forgotten import notes_on_forgotten, refuse_without_tables
from dbtasks.commands.found_by_others import found_by_others
from dbtasks.project.doubts import doubts
from dbtasks.project.project import Project
from dbtasks.schema.lines import lines
from dbtasks.values import Change, Check, NotKnown


def check_models(project: Project) -> Check:
    """Compare the models with the project's database, at the head or behind it.

    Raises `DatabaseError` when it can't be reached, `ModelsError` when the models don't load,
    `HistoryError` where the database names a revision that no file has.

    >>> dbtasks.check_models(project).differs
    False
    """
    return project.database.read(lambda connection: _check(project, connection))


def _check(project: Project, connection: Connection) -> Check:
    refuse_without_tables(project)
    current = current_of(project, connection)
    is_behind = bool(project.revisions.upgrades(current, "heads"))
    differences = Comparer.of(project).compare(connection).differences
    changes = (*lines(differences), *found_by_others(project, connection))
    notes = (
        *doubts(project.settings),
        *notes_on_unfinished(project),
        *notes_on_forgotten(project),
        *notes_on_dependents(connection, differences),
        *beside_the_models(connection, others_of(project, connection)),
    )
    return Check(project.database.name, changes, is_behind, notes)


def notes_on_unfinished(project: Project) -> tuple[str, ...]:
    """Return a line for each revision that failed its trial and was kept."""
    revisions = project.revisions
    return tuple(
        f"{revisions.shown(item.path)} is unfinished: it failed its trial, and nothing applies it"
        for item in revisions.unfinished
    )


def compare(project: Project, connection: Connection) -> tuple[Change, ...]:
    """Return what would have to change in the database for it to be as the models say."""
    comparison = Comparer.of(project).compare(connection)
    return tuple(lines(comparison.differences))


def missing_revision(project: Project, connection: Connection) -> tuple[Change, ...] | NotKnown:
    """Return what the models hold and no revision does, whatever the database is at.

    That is not known where the revisions do more than can be read from their files.
    """
    missing = Comparer.of(project).missing(connection)
    if isinstance(missing, NotKnown):
        return missing
    return tuple(lines(missing))
