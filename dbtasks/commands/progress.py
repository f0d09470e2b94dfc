"""What of a plan has been carried out, and what to tell when a step fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from textwrap import indent

from alembic.runtime.migration import MigrationStep
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from dbtasks.commands.plan import DOWNGRADE
from dbtasks.databases.failures import said, shortened
from dbtasks.errors import DatabaseError, DbtasksError, MigrationError
from dbtasks.hints import Command, command
from dbtasks.project.project import Project
from dbtasks.project.user_code import in_words, remedy, user_place
from dbtasks.values import AppliedStep, Plan, Step

Watch = Callable[[Plan, AppliedStep], None]
"""Is told of each step when it is done, with the plan that it is part of."""


class Progress:
    """Follows a plan on its connection.

    A step counts as done when its transaction is over, which may be that of several steps. `before`
    tells what was done to the database before.
    """

    def __init__(self, plan: Plan, watch: Watch | None, before: str = "") -> None:
        self.plan = plan
        self.before = before
        self.applied: list[AppliedStep] = []
        self.is_partly_committed = False
        """Whether the step that runs has committed something before its end."""
        self._watch = watch
        self.has_begun = False
        """Whether a step has come so far as to run."""
        self._has_run = False
        self._waiting: list[AppliedStep] = []

    @property
    def uncommitted(self) -> tuple[Step, ...]:
        """The steps that have run, in a transaction that is not over."""
        done = len(self.applied)
        return self.plan.steps[done : done + len(self._waiting)]

    @property
    def current(self) -> Step:
        """The step that runs, or the last one."""
        place = len(self.applied) + len(self._waiting)
        return self.plan.steps[min(place, len(self.plan.steps) - 1)]

    def steps(
        self, connection: Connection, steps: Iterable[MigrationStep]
    ) -> Iterator[MigrationStep]:
        """Yield Alembic's steps, those of the plan, to be run on `connection` one by one."""
        event.listen(connection, "commit", lambda _: self._notice_commit())
        for step in steps:
            planned, started = self.current, time.perf_counter()
            self._has_run = self.is_partly_committed = False
            self.has_begun = True
            yield step
            seconds = time.perf_counter() - started
            self._waiting.append(AppliedStep(planned.revision, planned.message, seconds))
            if not connection.in_transaction():
                self.finish()

    def on_step(self, **_: object) -> None:
        """Notice that a step has run, inside of its transaction: Alembic's `on_version_apply`."""
        self._has_run = True

    def finish(self) -> None:
        """Count the steps that have run as done."""
        waiting, self._waiting = self._waiting, []
        for step in waiting:
            self.applied.append(step)
            if self._watch:
                self._watch(self.plan, step)

    def _notice_commit(self) -> None:
        if not self._has_run:
            self.is_partly_committed = True


def failed_step(project: Project, progress: Progress, error: Exception) -> MigrationError:
    """Return the error to show for the step of a plan that failed."""
    whose, files, place = _blamed(project, progress, error)
    trouble = project.database.trouble(error) if isinstance(error, DBAPIError) else None
    known = trouble or (error if isinstance(error, DbtasksError) else None)
    mend: tuple[str | Command, ...]
    mend = (known and known.next_step) or (
        f"{_remedy(error, files)}, then: ",
        _again(project, progress),
    )
    if not progress.plan.current and _is_made_already(error, project):
        mend = "To find out which revision these tables are at, and record it: ", command("init")
    return MigrationError(
        f"{whose} failed: {place}\n{_reason(error, trouble)}\n{_state(progress)}",
        *mend,
    )


def _blamed(project: Project, progress: Progress, error: Exception) -> tuple[str, str, str]:
    """Return what failed, the file or files that may be at fault, and the line.

    A commit has no line of a revision's, only that of env.py, which leads to it. One of several
    revisions may be of any of them.
    """
    history, step = project.revisions, progress.current
    place = user_place(error, project.root)
    file = place.partition(", line ")[0]
    if not place or file == history.shown(history.script.env_py_location):
        steps = progress.uncommitted or (step,)
        files = " or ".join(item.path for item in steps)
        if len(steps) > 1:
            names = ", ".join(item.revision for item in steps)
            return f"The commit of revisions {names}", files, files
        return f"Revision {steps[0].revision}", files, files
    if file != step.path:
        place = f"{place}, while {step.path} ran"
    return f"Revision {step.revision}", file, place


def _remedy(error: Exception, file: str) -> str:
    """Return what to do about an error, which need not be the fault of the file it came from."""
    if isinstance(error, (IntegrityError, DataError)):
        return f"Mend the rows that are in the way, or {file} if it is at fault"
    return remedy(error, file)


def _again(project: Project, progress: Progress) -> Command:
    """Return the command that does what is left of a plan, whatever has been done of it."""
    plan, left = progress.plan, len(progress.plan.steps) - len(progress.applied)
    is_default = (
        left == 1 if plan.direction == DOWNGRADE else plan.target == project.revisions.heads
    )
    if is_default or len(plan.target) > 1:
        return command(plan.direction)
    return command(plan.direction, *(plan.target or ("base",)))


def _is_made_already(error: Exception, project: Project) -> bool:
    return isinstance(error, DBAPIError) and project.database.backend.is_made_already(error)


def _reason(error: Exception, trouble: DatabaseError | None) -> str:
    """Return what went wrong, in lines that are indented."""
    if isinstance(error, DBAPIError):
        statement = f"\n  in: {shortened(error.statement)}" if error.statement else ""
        return f"  {trouble.what if trouble else said(error)}{statement}"
    if isinstance(error, (SQLAlchemyError, CommandError)) and not isinstance(error, DbtasksError):
        return indent(str(error).strip(), "  ")
    return indent(in_words(error), "  ")


def _state(progress: Progress) -> str:
    """Return in which state a failed step has left the database."""
    done = len(progress.applied)
    if progress.is_partly_committed:
        what = "What it had committed by itself (autocommit_block) stays, the rest was rolled back"
    elif not done:
        return f"It was rolled back.{progress.before or ' Nothing was changed.'}"
    else:
        what = "It was rolled back"
    stays = "step before it stays" if done == 1 else "steps before it stay"
    return f"{what}. The {done} {stays}." if done else f"{what}."
