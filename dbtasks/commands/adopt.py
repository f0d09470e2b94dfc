"""Taking over a database that has tables and no version: what it is, it has to show.

`create_all` made it, or its version table was lost. It is recorded at the revision that yields just
what is there, and at no other.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from alembic.operations.ops import CreateTableOp
from sqlalchemy import Column, Connection, MetaData

from dbtasks.autogenerate.plan.blocks import Block, flatten
from dbtasks.autogenerate.plan.planner import Migration, Planner
from dbtasks.autogenerate.proof.likeness import Likeness, likenesses
from dbtasks.autogenerate.proof.yielded import side
from dbtasks.autogenerate.state.comparison import Comparer, scripts_up_to
from dbtasks.autogenerate.state.nameless import name_constraints
from dbtasks.commands.current import current_of
from dbtasks.commands.migrate import migrate, write_migration
from dbtasks.commands.stamp import differences_text, record
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.databases.scratch import EmptyDatabase
from dbtasks.databases.transactions import release
from dbtasks.errors import DbtasksError, RefusedError
from dbtasks.hints import Command, command, counted
from dbtasks.operations.schemas import CreateSchemaOp
from dbtasks.project.handed_over import Models
from dbtasks.project.project import Project
from dbtasks.schema.difference import TableDropped
from dbtasks.schema.schema_names import named_schemas
from dbtasks.values import NotKnown

FIRST = "initial"
_SECOND = "what the models change"
_NOT_OURS = (
    "\nTables that are not this project's are left out by include_name or include_object in "
    "alembic/env.py."
)


def is_without_version(project: Project, connection: Connection) -> bool:
    """Whether a database is at no revision, and yet has what revisions make."""
    schema = side(project, connection, ()).schema
    has_anything = bool(schema.tables or schema.enums or schema.domains)
    return has_anything and not current_of(project, connection)


def adopt(project: Project, written: list[Path], *, from_database: bool) -> dict[str, Any] | None:
    """Record the revision that a database is at; return what was done, as fields of `Prepared`.

    Where there is no revision yet, the first is written, as the models are or, `from_database`, as
    the database is; its file is noted in `written`. None where no revision has any of the tables:
    then they are others', and the project's own can be made beside them.

    Raises `RefusedError` where the database is what no revision yields, or that can't be found out.
    """
    is_new = not project.revisions.heads
    if is_new:
        _write_first(project, written, from_database=from_database)
    try:
        found = project.database.run(
            partial(recorded, project, is_new=is_new, from_database=from_database)
        )
    except DbtasksError:
        project.revisions.forget()  # The file is about to be taken away again.
        raise
    if found is None:
        return None
    notes = [recorded_text(project, found)]
    revision = project.revisions.shown(written[-1]) if is_new else ""
    written.clear()  # The database names the revision now, so its file stays, whatever comes.
    if is_new and from_database:
        notes.append(written_second(project))
    return {
        "revision": revision,
        "recorded": found.revisions,
        "notes": (*notes, *found.notes),
    }


def _write_first(project: Project, written: list[Path], *, from_database: bool) -> None:
    """Write the first revision: as the database is, or as the models are."""
    if from_database:
        project.database.read(partial(_write_as_it_is, project, written))
        return

    path = migrate(project.on(EmptyDatabase.of_kind(project.database)), FIRST).path
    written.append(project.root / path)


def _write_as_it_is(project: Project, written: list[Path], connection: Connection) -> None:
    """Write a revision that makes what the database has."""
    made = as_it_is(project, connection)
    with taken_away_on_failure() as files:
        write_migration(project, connection, made, FIRST, files)
    written += files


def as_it_is(project: Project, connection: Connection) -> Migration:
    """Return what makes all that the database has: what drops it, reversed."""
    schemas = {None, *named_schemas(project.models.metadata, connection.dialect)}
    users = project.models.options.get("include_name")

    def include_name(name: Any, kind: str, parents: Any) -> bool:
        if kind == "table" and parents.get("schema_name") not in schemas:
            return False
        return users is None or bool(users(name, kind, parents))

    options = {**project.models.options, "include_schemas": True, "include_name": include_name}
    comparer = Comparer(project.database, Models((MetaData(),), options), project.revisions.script)
    dropped = Planner(comparer).plan(connection)
    if _has_convention(project.models.target):
        _name_constraints(dropped, connection)
    gone = [item.table.schema for item in dropped.differences if isinstance(item, TableDropped)]
    apart = [CreateSchemaOp(schema) for schema in sorted({schema for schema in gone if schema})]
    around = [Block([*apart])] if apart else []
    back = [Block([item.reverse() for item in apart])] if apart else []
    release(connection)
    return replace(
        dropped, upgrade=(*around, *dropped.downgrade), downgrade=(*dropped.upgrade, *back)
    )


def _has_convention(target: object) -> bool:
    """Whether operations give names to nameless constraints, as the models' convention says."""
    return bool({*getattr(target, "naming_convention", ())} - {*MetaData().naming_convention})


def _name_constraints(dropped: Migration, connection: Connection) -> None:
    """Give names to constraints that the convention would else name when the revision runs."""
    facts = {d.table.key: d.table for d in dropped.differences if isinstance(d, TableDropped)}
    for operation in flatten(dropped.downgrade):
        if isinstance(operation, CreateTableOp):
            columns = (item for item in operation.columns if isinstance(item, Column))
            for table in {column.table for column in columns}:
                name_constraints(table, facts[table.key], connection.dialect)


def recorded(
    project: Project, connection: Connection, *, is_new: bool, from_database: bool
) -> Likeness | None:
    """Record the newest revision that yields just what is there; None where all is others'.

    Raises `RefusedError` where there is no such revision.
    """
    found = compared(project, connection, is_new=is_new, from_database=from_database)
    if found is not None:
        record(project, connection, found.revisions)
    return found


def compared(
    project: Project, connection: Connection, *, is_new: bool, from_database: bool
) -> Likeness | None:
    """Return the newest revision that yields just what is there; None where all is others'.

    Raises `RefusedError` where there is none.
    """
    graph = project.revisions
    scripts = scripts_up_to(graph.script, graph.heads)
    found = likenesses(project, connection, scripts)
    release(connection)
    if isinstance(found, NotKnown):
        raise RefusedError(
            f"{project.database.name} has tables and no version, and what the history yields could "
            f"not be found out: {found.why.rstrip('.')}. Nothing was recorded.",
            "If you know the revision that it is at: ",
            command("stamp", "REVISION", "--unchecked"),
        )
    if not is_new and all(one.is_of_others for one in found):
        return None
    equal = [one for one in found if not one.changes]
    if not equal:
        nearest = min(reversed(found), key=lambda one: one.distance)
        raise _refusal(project, nearest, is_new=is_new, from_database=from_database)
    same = equal[-1]
    return replace(same, notes=(*_same_as(equal[:-1]), *same.notes))


def _same_as(others: list[Likeness]) -> tuple[str, ...]:
    """Return what to say where other revisions yield the same tables, and differ in rows alone."""
    if not others:
        return ()
    names = ", ".join(", ".join(one.revisions) or "base" for one in others)
    return (f"{names} yields the same tables: what later revisions do to rows was not looked at",)


def recorded_text(project: Project, found: Likeness) -> str:
    """Return what to say of a database that was recorded."""
    graph = project.revisions
    name = ", ".join(found.revisions) or "base"
    pending = len(graph.upgrades(found.revisions, "heads"))
    are = counted(pending, "revision is", "revisions are")
    rest = f"; {are} pending" if pending else ""
    return f"{project.database.name} is just what {name} yields: recorded{rest}"


def written_second(project: Project) -> str:
    """Write what the models change as the second revision; return what to say of it."""
    try:
        second = migrate(project, _SECOND)
    except DbtasksError as error:
        return f"what the models change is not written yet: {error.what}"
    return f"wrote {second.path}" if second.path else "the models change nothing"


def _refusal(
    project: Project, nearest: Likeness, *, is_new: bool, from_database: bool
) -> RefusedError:
    places = counted(len(nearest.changes), "place")
    name = ", ".join(nearest.revisions) or "base"
    if is_new:
        what = "what a revision can make of it" if from_database else "what the models declare"
        wanted = f"it is not {what}: they differ in {places}"
    else:
        wanted = f"no revision yields just them. The nearest is {name}: they differ in {places}"
    strange = _NOT_OURS if any(c.sign == "-" for c in nearest.changes) else ""
    return RefusedError(
        f"{project.database.name} has tables and no version, and {wanted}. What it would take:\n"
        f"{differences_text(nearest.changes)}\n"
        f"{'Nothing was written.' if is_new else 'Nothing was recorded.'}{strange}",
        *_choices(nearest, is_new=is_new and not from_database),
    )


def _choices(nearest: Likeness, *, is_new: bool) -> tuple[str | Command, ...]:
    if is_new:
        return (
            "To write the first revision as it is, and what the models change as the second: ",
            command("init", "--from-database"),
        )
    by_hand = "Bring the database there by hand, then: ", command("init")
    if len(nearest.revisions) != 1:
        return by_hand
    all_the_same = command("stamp", nearest.revisions[0], "--unchecked")
    return (*by_hand, "; to record that revision all the same: ", all_the_same)
