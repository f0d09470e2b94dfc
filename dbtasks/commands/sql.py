"""The SQL of a plan, for whoever applies it by other means."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dbtasks.autogenerate.proof.reach import kept_within
from dbtasks.commands.alembic_context import run_on_copy, run_without_database
from dbtasks.commands.plan import DOWNGRADE, UPGRADE, plan, scripts_of
from dbtasks.commands.trace import Trace
from dbtasks.commands.upgrade import alembic_steps, load
from dbtasks.databases import backend_of
from dbtasks.databases.scratch import on_scratch_copy
from dbtasks.errors import DbtasksError, MigrationError
from dbtasks.hints import command
from dbtasks.project.confined_run import ReachesFurtherError
from dbtasks.project.environment import at_work
from dbtasks.project.project import Project
from dbtasks.project.user_code import kept_from_ending, user_line
from dbtasks.values import Plan, Sql, Step

_CAN_NOT = "The SQL can't be written"


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
    running = _Running(steps, scripts_of(project, steps))
    try:
        with kept_from_ending():
            running.load(project)
            if project.database.backend.has_offline_sql:
                return Sql(_written(project, running))
            return Sql(project.database.read(partial(_traced, project, running)))
    except ReachesFurtherError as error:
        assert running.script is not None
        raise _reaches_further(project, direction, target, running.script, error) from error
    except Exception as error:
        if running.step is None and isinstance(error, DbtasksError):
            raise
        raise _failed(project, direction, target, running.step, error) from error


class _Running:
    """Gives the steps of a plan to Alembic, and knows which of them runs."""

    def __init__(self, plan: Plan, scripts: Sequence[Script]) -> None:
        self.plan = plan
        self.step: Step | None = None
        self.script: Script | None = None
        self._scripts = scripts

    def load(self, project: Project) -> None:
        """Import the files, which are about to be run."""
        with at_work(project.config()):
            for script in self._scripts:
                self.script = script
                with kept_within(script, self.plan.direction, None):
                    load(project, script, self.plan.direction)

    def steps(self, project: Project, connection: Connection | None = None) -> list[MigrationStep]:
        """Return the steps, each of which says when it runs, and reaches `connection` alone."""
        found = alembic_steps(project, self.plan)
        for step, planned, script in zip(found, self.plan.steps, self._scripts, strict=True):
            step.migration_fn = self._noted(step.migration_fn, planned, script, connection)
        return found

    def _noted(
        self,
        function: Callable[..., Any],
        planned: Step,
        script: Script,
        connection: Connection | None,
    ) -> Callable[..., Any]:
        @wraps(function)
        def run(*given: Any, **more: Any) -> Any:
            self.step, self.script = planned, script
            with kept_within(script, self.plan.direction, connection):
                return function(*given, **more)

        return run


def _failed(
    project: Project, direction: str, target: str, step: Step | None, error: Exception
) -> MigrationError:
    """Return the error to show for SQL that could not be written."""
    cause = error.__cause__ if isinstance(error.__cause__, DBAPIError) else error
    whose = f"The SQL of revision {step.revision} can't be written" if step else _CAN_NOT
    what = f"{whose}: {user_line(cause, project.root).rstrip('.')}. Nothing was touched."
    if isinstance(error, DbtasksError) and cause is error:
        return MigrationError(what, *error.next_step)
    if step and not project.database.backend.has_offline_sql:
        again = command(direction, *_words(direction, target), "--sql")
        return MigrationError(what, f"It was run on a copy. Mend {step.path}, then: ", again)
    return MigrationError(
        f"{what} A revision that looks at a database has none with --sql.",
        "Apply it where the database is: ",
        command(direction, *_words(direction, target)),
    )


def _words(direction: str, target: str) -> tuple[str, ...]:
    """Return a target as it is typed, nothing for what is meant without a word."""
    return () if target == {UPGRADE: "head", DOWNGRADE: "-1"}[direction] else (target,)


def _reaches_further(
    project: Project, direction: str, target: str, script: Script, error: ReachesFurtherError
) -> MigrationError:
    """Return the error to show for a revision that would act on more than what `op` is given."""
    place = ", ".join(filter(None, (project.revisions.shown(script.path), str(error))))
    return MigrationError(
        f"The SQL of revision {script.revision} can't be written: {place}: this reaches further "
        "than op and the database that op is given, and --sql would have to run it. It was "
        "stopped. Nothing was touched.",
        "Apply the revision where the database is: ",
        command(direction, *_words(direction, target)),
    )


def _written(project: Project, running: _Running) -> str:
    """Return what Alembic writes without a database."""
    config = project.config()
    config.output_buffer = buffer = io.StringIO()
    run_without_database(
        project,
        config,
        lambda *_: running.steps(project),
        starting_rev=running.plan.current or "base",
        destination_rev=running.plan.target or "base",
    )
    return buffer.getvalue()


def _traced(project: Project, running: _Running, connection: Connection) -> str:
    """Return what the database is told when the plan is carried out on a copy.

    SQLite alters most tables by rebuilding them from what it finds, which no SQL says beforehand.
    """
    trace = Trace()

    def steps(context: MigrationContext, operations: Operations) -> list[MigrationStep]:
        trace.follow(operations)
        return trace.steps(running.steps(project, context.connection))

    def work(copy: Connection) -> None:
        with backend_of(copy).traced(copy, trace.note):
            run_on_copy(project, copy, steps)

    on_scratch_copy(project.database, connection, work)
    return trace.script
