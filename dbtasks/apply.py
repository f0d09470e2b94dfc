"""Moving a database along its history: upgrade, downgrade, stamp, and their SQL."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from functools import partial

from alembic import command
from alembic.util import CommandError
from sqlalchemy import Connection

from dbtasks import door
from dbtasks.current import current_of
from dbtasks.databases.copy import on_scratch_copy
from dbtasks.environment import ATTRIBUTE, Visit
from dbtasks.errors import DbtasksError, MigrationError, RefusedError
from dbtasks.plan import DOWNGRADE, UPGRADE, plan_move
from dbtasks.progress import Progress, Watch, failed_step
from dbtasks.project import Project
from dbtasks.values import AppliedStep, Current, Outcome, Plan, Sql

Approve = Callable[[Plan], None]
"""Asked before a plan is carried out; raises to stop it."""

_CHANGES = re.compile(
    r"\s*(begin|commit|insert|update|delete|create|alter|drop|replace|pragma \w+ ?=)", re.IGNORECASE
)
"""What changes a SQLite database, as opposed to what looks at it."""
_COMMANDS = {UPGRADE: command.upgrade, DOWNGRADE: command.downgrade}


def plan(project: Project, direction: str, target: str, *, foresight: bool = True) -> Plan:
    """Return what `upgrade` or `downgrade` to `target` would do, and do nothing.

    With `foresight` it says what is changed, destroyed and locked, too.
    """
    return project.database.read(
        lambda connection: plan_move(project, connection, direction, target, foresight=foresight)
    )


def upgrade(
    project: Project,
    target: str = "head",
    watch: Watch | None = None,
    approve: Approve | None = None,
) -> Outcome:
    """Apply the pending revisions up to `target`, each in a transaction of its own.

    Raises `MigrationError` when one fails: those before it stay applied, it is rolled back.
    """
    return _move(project, UPGRADE, target, watch, approve)


def downgrade(
    project: Project, target: str = "-1", watch: Watch | None = None, approve: Approve | None = None
) -> Outcome:
    """Take revisions back down to `target`; raises as `upgrade` does."""
    return _move(project, DOWNGRADE, target, watch, approve)


def stamp(project: Project, target: str, *, purge: bool = False) -> Current:
    """Record `target` as the current revision without running anything.

    `purge` forgets what the database names before, so that a revision no file has can be left.
    """
    history = project.history
    if target not in {"base", "heads"}:
        target = history.find(target).revision
    if not purge:
        history.refuse_unknown(project.database.read(lambda c: current_of(project, c)))

    def work(connection: Connection) -> tuple[str, ...]:
        config = project.config(**{ATTRIBUTE: Visit(connection)})
        command.stamp(config, target, purge=purge)
        return current_of(project, connection)

    current = project.database.run(work)
    return Current(project.database.name, current, history.heads, current == history.heads)


def sql(project: Project, direction: str, target: str) -> Sql:
    """Return the SQL of a plan, from where the database is; nothing is touched."""
    steps = plan(project, direction, target, foresight=False)
    if not steps.steps:
        return Sql("")
    if project.database.url.get_backend_name() == "sqlite":
        return Sql(project.database.read(partial(_traced, project, direction, target)))
    config = project.config(**{ATTRIBUTE: Visit(), "dbtasks.dialect": "postgresql"})
    start = ",".join(steps.current) or "base"
    end = ",".join(steps.target) or "base"
    config.output_buffer = io.StringIO()
    try:
        _COMMANDS[direction](config, f"{start}:{end}", sql=True)
    except CommandError as error:
        raise MigrationError(
            f"The SQL can't be written: {error}. Alembic writes it from one revision to another.",
            f"Name the revision to go to. See them: {door.command('history')}",
        ) from error
    return Sql(config.output_buffer.getvalue())


def _traced(project: Project, direction: str, target: str, connection: Connection) -> str:
    """Return what SQLite is told when the plan is carried out on a copy.

    SQLite alters most tables by rebuilding them from what it finds, which no SQL says beforehand.
    """
    statements = ["PRAGMA foreign_keys=OFF"]

    def work(copy: Connection) -> None:
        driver = copy.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(statements.append)
        _COMMANDS[direction](project.config(**{ATTRIBUTE: Visit(copy)}), target)
        driver.set_trace_callback(None)

    on_scratch_copy(project.database, connection, work)
    return "".join(f"{statement};\n" for statement in statements if _CHANGES.match(statement))


def _move(
    project: Project, direction: str, target: str, watch: Watch | None, approve: Approve | None
) -> Outcome:
    """Gather, plan, show, act, check again."""
    steps = plan(project, direction, target, foresight=approve is not None)
    applied: list[AppliedStep] = []
    if steps.steps:
        if approve:
            approve(steps)
        applied = project.database.run(partial(_act, project, steps, target, watch))
    return Outcome(direction, project.database.name, tuple(applied), steps.target)


def _act(
    project: Project, steps: Plan, target: str, watch: Watch | None, connection: Connection
) -> list[AppliedStep]:
    _refuse_change(steps.current, current_of(project, connection))
    connection.rollback()
    progress = Progress(steps, connection, watch)
    config = project.config(**{ATTRIBUTE: Visit(connection, progress.on_step)})
    try:
        _COMMANDS[steps.direction](config, target)
    except (MigrationError, RefusedError) as error:
        raise failed_step(project, progress, error) from error
    except DbtasksError:
        raise
    except Exception as error:
        raise failed_step(project, progress, error) from error
    progress.finish()
    _refuse_change(steps.target, current_of(project, connection))
    return progress.applied


def _refuse_change(expected: tuple[str, ...], actual: tuple[str, ...]) -> None:
    """Raise `MigrationError` if somebody else has moved the database meanwhile."""
    if actual != expected:
        raise MigrationError(
            f"The database is at {', '.join(actual) or 'base'} and not, as planned, at "
            f"{', '.join(expected) or 'base'}: somebody else has changed it meanwhile.",
            f"Look again: {door.command('status')}",
        )
