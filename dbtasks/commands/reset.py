"""Starting over: everything is dropped and rebuilt from the migrations. Development only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema

from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.autogenerate.proof.yielded import HistoryFails, yielded
from dbtasks.autogenerate.state.comparison import scripts_up_to
from dbtasks.commands.alembic_context import migration_context
from dbtasks.commands.progress import Watch
from dbtasks.commands.seed import seed, seed_function
from dbtasks.commands.upgrade import load_all, rebuild
from dbtasks.databases.transactions import commit, release
from dbtasks.errors import MissingDatabaseError, RefusedError
from dbtasks.hints import command
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.project import Project
from dbtasks.project.settings import Environment
from dbtasks.schema.facts import key_of
from dbtasks.values import Outcome, TableRows

_ERASABLE = (Environment.DEVELOPMENT, Environment.TEST)
_SET_SEED = 'Set it in pyproject.toml: [tool.dbtasks] seed = "app.seeds:seed"'


def check_reset(project: Project, *, with_seeds: bool = False) -> None:
    """Raise whatever stands in the way of `reset`, while nothing has been dropped yet.

    `RefusedError` outside of development and test; `HistoryError`, `ModelsError`, `SettingsError`
    and `ProjectError` for files that could not rebuild the database.
    """
    environment = project.settings.environment
    if environment not in _ERASABLE:
        raise RefusedError(
            f"reset drops every table, and this is {environment}. Nothing was done.",
            "If this is a development machine after all, set APP_ENV=development.",
        )
    refuse_doubts(project.settings, "reset", *["--seed"] * with_seeds)
    project.revisions.refuse_several_heads()
    if not project.revisions.heads:
        raise RefusedError(
            "There are no revisions to rebuild the database from. Nothing was dropped.",
            "Write the first: ",
            command("init"),
        )
    _ = project.models
    load_all(project)
    if with_seeds:
        seed_function(project)


def tables_that_go(project: Project) -> tuple[TableRows, ...]:
    """Return the tables that `reset` would drop, and how many rows they hold.

    The table in which Alembic keeps the revision is not among them. Raises `DatabaseError`.
    """
    try:
        return project.database.read(lambda connection: _tables(project, connection))
    except MissingDatabaseError:
        return ()


def reset(project: Project, watch: Watch | None = None, *, with_seeds: bool = False) -> Outcome:
    """Drop everything in the database, creating it if it is missing, and upgrade to the head.

    `with_seeds` runs the seed function afterwards. `watch` is told of each step when it is done.

    Raises `RefusedError` in staging and production, and before anything is dropped what keeps the
    revisions from being applied; then as `upgrade` and `seed` do.

    >>> dbtasks.reset(project).current == dbtasks.read_heads(project).heads
    True
    """
    check_reset(project, with_seeds=with_seeds)
    before, dropped = "", tables_that_go(project)
    if dropped:
        _refuse_without_rebuild(project)
    if not project.database.create():
        project.database.run(partial(_erase, project))
        before = " Everything had been dropped before: the database is empty."
    outcome = replace(rebuild(project, watch, before), dropped=dropped)
    if not with_seeds:
        return outcome
    return replace(outcome, notes=(*outcome.notes, f"Seeded by {seed(project)}."))


def _refuse_without_rebuild(project: Project) -> None:
    """Raise `RefusedError` where the revisions fail in an empty scratch database.

    Where there is no place for one, or they may reach further, that is not known beforehand; nor
    where env.py connects by another driver than we do, for which revisions may be written.
    """
    database = project.database
    ours = database.at_address(database.url).url
    if ours.get_driver_name() != database.url.get_driver_name():
        return
    scripts = scripts_up_to(project.revisions.script, project.revisions.heads)
    found = project.database.read(lambda connection: yielded(project, connection, scripts))
    if isinstance(found, HistoryFails):
        raise RefusedError(
            "The database can't be rebuilt: on the way from an empty one, revision "
            f"{found.revision} fails: {found.told.rstrip('.')}. Nothing was dropped.",
            "Mend that, then: ",
            command("reset"),
        )


def _erase(project: Project, connection: sa.Connection) -> None:
    """Drop everything; the schema of Alembic's own table, which no revision makes, comes back."""
    place = project.models.options.get("version_table_schema")
    backend = project.database.backend
    is_there = place in backend.schema_names(connection)
    release(connection)
    backend.erase(connection)
    if place and is_there:
        connection.execute(CreateSchema(place))
        commit(connection)


def _tables(project: Project, connection: sa.Connection) -> tuple[TableRows, ...]:
    inspector, rows = sa.inspect(connection), Rows(connection)
    context = migration_context(connection, project.models)
    version_table = key_of(context.version_table, context.version_table_schema)
    schemas = None, *sorted(project.database.backend.schema_names(connection))
    found = (
        (name, schema) for schema in schemas for name in sorted(inspector.get_table_names(schema))
    )
    return tuple(
        TableRows(key_of(name, schema), rows.roughly(name, schema))
        for name, schema in found
        if key_of(name, schema) != version_table
    )
