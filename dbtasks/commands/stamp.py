"""Recording a revision as the current one without running anything on the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from dbtasks.autogenerate.proof.likeness import likeness
from dbtasks.autogenerate.state.comparison import scripts_up_to
from dbtasks.commands.alembic_context import migration_context
from dbtasks.commands.current import current_of
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.transactions import committed, release
from dbtasks.errors import RefusedError
from dbtasks.hints import Command, command, counted
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.project import Project
from dbtasks.values import Change, Current, NotKnown


def stamp(
    project: Project, target: str, *, purge: bool = False, unchecked: bool = False
) -> Current:
    """Record `target` as the current revision, if the database is what the history yields there.

    To find that out, the revisions up to `target` are run in a scratch database. `unchecked`
    records the revision without looking. `purge` forgets what the database names before, so that
    a revision no file has can be left.

    Raises `RefusedError`, with each difference, for a database that is something else, or where
    that could not be found out; `UnknownRevisionError`, `HistoryError`, `DatabaseError`.

    >>> dbtasks.stamp(project, "head").is_at_head
    True
    """
    target = _checked_target(project, target, purge=purge)

    def work(connection: Connection) -> Current:
        release(connection)
        with committed(connection):
            return _stamped(project, connection, target, purge=purge, unchecked=unchecked)

    return project.database.run(work)


def check_stamp(project: Project, target: str, *, purge: bool, unchecked: bool) -> None:
    """Raise whatever stands in the way of `stamp`, and record nothing."""
    target = _checked_target(project, target, purge=purge)

    def work(connection: Connection) -> None:
        release(connection)
        with rolled_back(connection):
            _stamped(project, connection, target, purge=purge, unchecked=unchecked)

    project.database.run(work)


def _checked_target(project: Project, target: str, *, purge: bool) -> str:
    """Return the id of the revision to be recorded, unless anything speaks against it."""
    refuse_doubts(project.settings, "stamp", target, *["--purge"] * purge)
    graph = project.revisions
    if target not in {"base", "heads"}:
        target = graph.find(target).revision
    if target != "base":
        graph.refuse_unfinished()
    if not purge:
        graph.refuse_unknown(project.database.read(lambda c: current_of(project, c)))
    return target


def _stamped(
    project: Project, connection: Connection, target: str, *, purge: bool, unchecked: bool
) -> Current:
    """Record a revision in the transaction there is, and compare the database with it."""
    heads, script = project.revisions.heads, project.revisions.script
    known = current_of(project, connection)
    if purge:
        migration_context(connection, project.models, purge=True).run_migrations()
    # What a database of several branches is at then, Alembic tells.
    migration_context(connection, project.models).stamp(script, target)
    current = current_of(project, connection)
    advice = *_way_on(known), command("stamp", target, *["--purge"] * purge, "--unchecked")
    notes = () if unchecked else _proved(project, connection, current, advice)
    return Current(project.database.name, current, heads, current == heads, notes=notes)


def record(project: Project, connection: Connection, revisions: Sequence[str]) -> None:
    """Record revisions in a database that has been compared with what they yield."""
    with committed(connection):
        context = migration_context(connection, project.models)
        context.stamp(project.revisions.script, tuple(revisions))  # type: ignore[arg-type]


def differences_text(changes: Sequence[Change]) -> str:
    """Return what would have to happen in a database, a line each, to be put in a message."""
    return "\n".join(f"  {change}" for change in changes)


def _way_on(known: tuple[str, ...]) -> tuple[str | Command, ...]:
    """Return what to do about a database that is something else; `known` is what it names."""
    see = "See the others: ", command("history")
    find = "To find the revision that it is at, and record that: ", command("init")
    return (*(see if known else find), "; to record this one all the same: ")


def _proved(
    project: Project,
    connection: Connection,
    revisions: tuple[str, ...],
    advice: Sequence[str | Command],
) -> tuple[str, ...]:
    """Return what was not compared. Raises `RefusedError` unless the rest is the same.

    `advice` says how to go on, its last piece how to record the revisions in any case.
    """
    scripts = scripts_up_to(project.revisions.script, revisions)
    found = likeness(project, connection, scripts)
    name = ", ".join(revisions) or "base"
    if isinstance(found, NotKnown):
        raise RefusedError(
            f"What the history yields at {name} could not be found out: {found.why.rstrip('.')}. "
            "Nothing was recorded.",
            "If you know that the database is just so: ",
            advice[-1],
        )
    if found.changes:
        places = counted(len(found.changes), "place")
        raise RefusedError(
            f"{project.database.name} is not what the history yields at {name}: they differ in "
            f"{places}. What it would take:\n{differences_text(found.changes)}\n"
            "Nothing was recorded.",
            *advice,
        )
    return found.notes
