"""Moving a database along its history: upgrade and downgrade."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import Script
from sqlalchemy.exc import DBAPIError

from dbtasks.commands.alembic_context import run_on_database
from dbtasks.commands.plan import DOWNGRADE, UPGRADE, plan, scripts_of
from dbtasks.commands.progress import Progress, Watch, failed_step
from dbtasks.errors import DatabaseError, DbtasksError, HistoryError, MigrationError
from dbtasks.hints import command
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.environment import at_work
from dbtasks.project.environment_database import EnvironmentDatabase
from dbtasks.project.project import Project
from dbtasks.project.user_code import kept_from_ending, remedy, user_line
from dbtasks.revisions.script import RevisionScript
from dbtasks.values import AppliedStep, Outcome, Plan


class _MovedMeanwhileError(MigrationError):
    """The database is at other revisions than it was when the plan was made."""


Approve = Callable[[Plan], None]
"""Asked before a plan is carried out; raises to stop it."""


def upgrade(
    project: Project,
    target: str = "head",
    watch: Watch | None = None,
    approve: Approve | None = None,
) -> Outcome:
    """Apply the pending revisions up to `target`, each in a transaction of its own.

    `watch` is told of each step when it is done. `approve` is given the plan, with all that it
    changes and destroys, before anything is done, and may raise; without it, nobody is asked.

    Raises `MigrationError` when one fails: those before it stay applied, it is rolled back.
    Raises `UnknownRevisionError` for a target that is none, `HistoryError` for files that form no
    history or don't load, `DatabaseError`.

    >>> dbtasks.upgrade(project).steps  # there is nothing to do
    ()
    """
    return _move(project, UPGRADE, target, watch, approve)


def downgrade(
    project: Project, target: str = "-1", watch: Watch | None = None, approve: Approve | None = None
) -> Outcome:
    """Take revisions back down to `target`, each in a transaction of its own.

    What a step destroys is said by `plan`, and to `approve`; without it, nobody is asked. `watch`
    and what is raised are as for `upgrade`.

    >>> dbtasks.downgrade(project, "base").current
    ()
    """
    return _move(project, DOWNGRADE, target, watch, approve)


def check_move(project: Project, direction: str, target: str) -> Plan:
    """Return the plan of `upgrade` or `downgrade`; raise whatever stands in their way."""
    _refuse_doubts(project, direction, target)
    planned = plan(project, direction, target)
    alembic_steps(project, planned)
    return planned


def rebuild(project: Project, watch: Watch | None, before: str) -> Outcome:
    """Upgrade to the head; an error tells what was done `before`, which stays so."""
    return _move(project, UPGRADE, "head", watch, None, before)


def load_all(project: Project) -> None:
    """Import all revisions, which are about to be run. Raises `HistoryError` as `upgrade` does."""
    with at_work(project.config()):
        for script in project.revisions.all_scripts():
            load(project, script, UPGRADE)


def _move(
    project: Project,
    direction: str,
    target: str,
    watch: Watch | None,
    approve: Approve | None,
    before: str = "",
) -> Outcome:
    """Gather, plan, show, act, check again."""
    _refuse_doubts(project, direction, target)
    steps = plan(project, direction, target, with_impact=approve is not None)
    applied: list[AppliedStep] = []
    if steps.steps:
        if approve:
            approve(steps)
        applied = _act(project, steps, watch, before)
    return Outcome(direction, project.database.name, tuple(applied), steps.target)


def _refuse_doubts(project: Project, direction: str, target: str) -> None:
    refuse_doubts(project.settings, direction, *([] if target == "head" else [target]))
    if isinstance(project.database, EnvironmentDatabase):
        project.database.refuse_other()


def _act(project: Project, plan: Plan, watch: Watch | None, before: str) -> list[AppliedStep]:
    progress = Progress(plan, watch, before)

    def steps(context: MigrationContext, _: Operations) -> Iterator[MigrationStep]:
        assert context.connection is not None
        _refuse_change(plan.current, context)
        context.on_version_apply_callbacks += (progress.on_step,)
        yield from progress.steps(context.connection, alembic_steps(project, plan))
        _refuse_change(plan.target, context)

    try:
        with kept_from_ending():
            run_on_database(project, steps)
    except (HistoryError, _MovedMeanwhileError):
        raise
    except DatabaseError as error:
        if not progress.has_begun:
            raise
        statement = error.__cause__  # which knows the line of the revision
        cause = statement if isinstance(statement, DBAPIError) else error
        raise failed_step(project, progress, cause) from cause
    except Exception as error:
        raise failed_step(project, progress, error) from error
    progress.finish()
    return progress.applied


def alembic_steps(project: Project, plan: Plan) -> list[MigrationStep]:
    """Return the steps of a plan as Alembic runs them; only now their files are imported.

    All are imported before the first runs. Raises `HistoryError` for one that does not import.
    """
    make = {
        UPGRADE: MigrationStep.upgrade_from_script,
        DOWNGRADE: MigrationStep.downgrade_from_script,
    }[plan.direction]
    scripts = scripts_of(project, plan)
    for script in scripts:
        load(project, script, plan.direction)
    revisions = project.revisions.script.revision_map
    return [make(revisions, script) for script in scripts]


def load(project: Project, script: Script, direction: str) -> None:
    """Import a revision's file, which is about to be run. Raises `HistoryError`."""
    try:
        if isinstance(script, RevisionScript):
            with kept_from_ending():
                script.load(direction)
    except DbtasksError:
        raise
    except Exception as error:
        raise HistoryError(
            f"A revision does not load: {user_line(error, project.root)}. Nothing was changed.",
            f"{remedy(error, 'the file')} and try again.",
        ) from error


def _refuse_change(expected: tuple[str, ...], context: MigrationContext) -> None:
    """Raise `_MovedMeanwhileError` if the database is not where the plan has it."""
    actual = tuple(sorted(context.get_current_heads()))
    if actual != expected:
        raise _MovedMeanwhileError(
            f"The database is at {', '.join(actual) or 'base'} and not, as planned, at "
            f"{', '.join(expected) or 'base'}: somebody else has changed it meanwhile.",
            "Look again: ",
            command("status"),
        )
