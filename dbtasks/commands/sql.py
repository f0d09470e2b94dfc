"""The SQL of a plan, for whoever applies it by other means."""

from __future__ import annotations

import io
from functools import partial

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from sqlalchemy import Connection

from dbtasks.autogenerate.proof.reach import reaching_further
from dbtasks.commands.alembic_context import run_on_copy, run_without_database
from dbtasks.commands.plan import plan, scripts_of
from dbtasks.commands.trace import Trace
from dbtasks.commands.upgrade import alembic_steps
from dbtasks.databases import backend_of
from dbtasks.databases.scratch import on_scratch_copy
from dbtasks.errors import DbtasksError, MigrationError
from dbtasks.hints import command
from dbtasks.project.project import Project
from dbtasks.project.user_code import kept_from_ending, user_line
from dbtasks.values import Plan, Sql


def sql(project: Project, direction: str, target: str) -> Sql:
    """Return the SQL of a plan, from where the database is; nothing is touched.

    Raises `MigrationError` for a revision whose code can't be run without a database, or may act on
    more than the database that `op` is given.

    >>> "DROP TABLE gigs" in dbtasks.sql(project, "downgrade", "base").sql
    True
    """
    steps = plan(project, direction, target, with_impact=False)
    if not steps.steps:
        return Sql("")
    for script in scripts_of(project, steps):
        _refuse_what_reaches_further(project, script, direction)
    try:
        with kept_from_ending():
            if project.database.backend.has_offline_sql:
                return Sql(_written(project, steps))
            return Sql(project.database.read(partial(_traced, project, steps)))
    except DbtasksError:
        raise
    except Exception as error:
        raise MigrationError(
            f"The SQL can't be written: {user_line(error, project.root)}. The revision wants a "
            "database to look at, and --sql has none. Nothing was touched.",
            "Apply the revision where the database is: ",
            command(direction),
        ) from error


def _refuse_what_reaches_further(project: Project, script: Script, direction: str) -> None:
    """Raise `MigrationError` if a revision's code may act on more than what `op` is given."""
    operation = reaching_further(script, direction)
    if operation is not None:
        raise MigrationError(
            f"The SQL can't be written: {project.revisions.shown(script.path)}, "
            f"{operation.place}: this reaches further than op and the database that op is "
            "given, and --sql would have to run it. Nothing was touched.",
            "Apply the revision where the database is: ",
            command(direction),
        )


def _written(project: Project, plan: Plan) -> str:
    """Return what Alembic writes without a database."""
    config = project.config()
    config.output_buffer = buffer = io.StringIO()
    run_without_database(
        project,
        config,
        lambda *_: alembic_steps(project, plan),
        starting_rev=plan.current or "base",
        destination_rev=plan.target or "base",
    )
    return buffer.getvalue()


def _traced(project: Project, plan: Plan, connection: Connection) -> str:
    """Return what the database is told when the plan is carried out on a copy.

    SQLite alters most tables by rebuilding them from what it finds, which no SQL says beforehand.
    """
    trace = Trace()

    def steps(_: MigrationContext, operations: Operations) -> list[MigrationStep]:
        trace.follow(operations)
        return trace.steps(alembic_steps(project, plan))

    def work(copy: Connection) -> None:
        with backend_of(copy).traced(copy, trace.note):
            run_on_copy(project, copy, steps)

    on_scratch_copy(project.database, connection, work)
    return trace.script
