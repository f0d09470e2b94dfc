"""Moving a database along its history: upgrade, downgrade, stamp, and their SQL."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from functools import partial

from alembic import command
from alembic.runtime.migration import MigrationInfo
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dbtasks import door
from dbtasks.current import current_of
from dbtasks.environment import ATTRIBUTE, Visit
from dbtasks.errors import DbtasksError, MigrationError
from dbtasks.plan import DOWNGRADE, UPGRADE, plan_downgrade, plan_upgrade
from dbtasks.project import Project
from dbtasks.user_code import user_line
from dbtasks.values import AppliedStep, Current, Outcome, Plan, Sql

Watch = Callable[[Plan, AppliedStep], None]
"""Told of each step when it is done."""
Approve = Callable[[Plan], None]
"""Asked before a plan is carried out; raises to stop it."""

_PLANNERS = {UPGRADE: plan_upgrade, DOWNGRADE: plan_downgrade}
_COMMANDS = {UPGRADE: command.upgrade, DOWNGRADE: command.downgrade}


def plan(project: Project, direction: str, target: str) -> Plan:
    """Return what `upgrade` or `downgrade` to `target` would do, and do nothing."""
    return project.database.read(lambda connection: _plan(project, connection, direction, target))


def upgrade(
    project: Project,
    target: str = "head",
    watch: Watch | None = None,
    approve: Approve | None = None,
) -> Outcome:
    """Apply the pending revisions up to `target`, each in a transaction of its own.

    Raises `MigrationError` when one fails: those before it stay applied, it is rolled back.
    """
    return project.database.run(
        partial(_carry_out, project, UPGRADE, target, watch=watch, approve=approve)
    )


def downgrade(
    project: Project, target: str = "-1", watch: Watch | None = None, approve: Approve | None = None
) -> Outcome:
    """Take revisions back down to `target`; raises as `upgrade` does."""
    return project.database.run(
        partial(_carry_out, project, DOWNGRADE, target, watch=watch, approve=approve)
    )


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
    steps = plan(project, direction, target)
    if not steps.steps:
        return Sql("")
    config = project.config(
        **{ATTRIBUTE: Visit(), "dbtasks.dialect": project.database.url.get_backend_name()}
    )
    start = ",".join(steps.current) or "base"
    end = ",".join(steps.target) or "base"
    config.output_buffer = io.StringIO()
    try:
        _COMMANDS[direction](config, f"{start}:{end}", sql=True)
    except CommandError as error:
        raise MigrationError(f"The SQL can't be written: {error}.") from error
    return Sql(config.output_buffer.getvalue())


def _plan(project: Project, connection: Connection, direction: str, target: str) -> Plan:
    return _PLANNERS[direction](project, current_of(project, connection), target)


def _carry_out(
    project: Project,
    direction: str,
    target: str,
    connection: Connection,
    *,
    watch: Watch | None,
    approve: Approve | None,
) -> Outcome:
    """Gather, plan, show, act, check again."""
    steps = _plan(project, connection, direction, target)
    connection.rollback()
    if approve and steps.steps:
        approve(steps)
    applied = _act(project, connection, steps, target, watch) if steps.steps else []
    reached = current_of(project, connection)
    if reached != steps.target:
        raise MigrationError(
            f"The database is at {', '.join(reached) or 'base'} and not, as planned, at "
            f"{', '.join(steps.target) or 'base'}: somebody else has changed it meanwhile.",
            f"Look again: {door.command('status')}",
        )
    return Outcome(direction, project.database.name, tuple(applied), reached)


def _act(
    project: Project, connection: Connection, steps: Plan, target: str, watch: Watch | None
) -> list[AppliedStep]:
    applied: list[AppliedStep] = []
    started = time.perf_counter()

    def on_step(_: MigrationInfo) -> None:
        nonlocal started
        now = time.perf_counter()
        planned = steps.steps[len(applied)]
        applied.append(AppliedStep(planned.revision, planned.message, now - started))
        started = now
        if watch:
            watch(steps, applied[-1])

    config = project.config(**{ATTRIBUTE: Visit(connection, on_step)})
    try:
        _COMMANDS[steps.direction](config, target)
    except DbtasksError:
        raise
    except Exception as error:
        raise _failed(project, steps, len(applied), error) from error
    return applied


def _failed(project: Project, steps: Plan, done: int, error: Exception) -> MigrationError:
    """Return the error to show for a step that failed."""
    step = steps.steps[min(done, len(steps.steps) - 1)]
    retry = door.command(steps.direction)
    return MigrationError(
        f"Revision {step.revision} ({step.path}) failed: {_reason(project, error)}.\n"
        f"It was rolled back; {done} of {len(steps.steps)} steps are done and stay.",
        f"Mend the file, then: {retry}",
    )


def _reason(project: Project, error: Exception) -> str:
    if isinstance(error, DBAPIError) and error.statement:
        statement = " ".join(error.statement.split())
        return f"{str(error.orig).strip().splitlines()[0]}\n  in: {statement}\n "
    if isinstance(error, (SQLAlchemyError, CommandError)):
        return str(error)
    return user_line(error, project.root)
