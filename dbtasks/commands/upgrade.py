"""Moving a database along its history: upgrade and downgrade."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from alembic import command as alembic_command
from sqlalchemy import Connection

from dbtasks.commands.alembic_context import online
from dbtasks.commands.current import current_of
from dbtasks.commands.plan import DOWNGRADE, UPGRADE, plan
from dbtasks.commands.progress import Progress, Watch, failed_step
from dbtasks.errors import DbtasksError, MigrationError, RefusedError
from dbtasks.hints import command
from dbtasks.project.environment import ATTRIBUTE
from dbtasks.project.project import Project
from dbtasks.values import AppliedStep, Outcome, Plan

Approve = Callable[[Plan], None]
"""Asked before a plan is carried out; raises to stop it."""

COMMANDS = {UPGRADE: alembic_command.upgrade, DOWNGRADE: alembic_command.downgrade}


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


def _move(
    project: Project, direction: str, target: str, watch: Watch | None, approve: Approve | None
) -> Outcome:
    """Gather, plan, show, act, check again."""
    steps = plan(project, direction, target, with_impact=approve is not None)
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
    config = project.config(**{ATTRIBUTE: online(connection, progress.on_step)})
    try:
        COMMANDS[steps.direction](config, target)
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
            "Look again: ",
            command("status"),
        )
