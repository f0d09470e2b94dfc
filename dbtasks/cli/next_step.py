"""What to type next, by what a verb has found out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from dbtasks.additions import Additions
from dbtasks.hints import Command, command
from dbtasks.values import ByDatabase, Check, History, Prepared, Status, Written


@dataclass(frozen=True)
class NextStep:
    """A command, and what stands before it."""

    command: Command
    label: str = "Next"


@singledispatch
def next_step(value: object) -> NextStep | None:
    """Return the command that follows, None where there is none."""
    del value
    return None


@next_step.register(ByDatabase)
def _after_each(value: ByDatabase[object]) -> NextStep | None:
    return next(filter(None, map(next_step, value.databases.values())), None)


@next_step.register
def _after_status(value: Status) -> NextStep | None:
    if value.unknown:
        return NextStep(command("history"))
    if len(value.heads) > 1:
        return NextStep(command("merge", "join heads"))
    if value.is_unversioned:
        return NextStep(command("init"), "It has tables already. To find out at which revision")
    if value.pending:
        return NextStep(command("upgrade"))
    is_missing = value.changes or not value.heads
    return NextStep(command("migrate", "what changed")) if is_missing else None


@next_step.register
def _after_history(value: History) -> NextStep | None:
    return None if value.revisions else NextStep(command("migrate", "what changed"))


@next_step.register
def _after_check(value: Check) -> NextStep | None:
    if not value.changes:
        return None
    verb = command("upgrade") if value.is_behind else command("migrate", "what changed")
    return NextStep(verb)


@next_step.register
def _after_written(value: Written) -> NextStep | None:
    return NextStep(command("upgrade"), "Review it, then") if value.path else None


@next_step.register
def _after_additions(value: Additions) -> NextStep | None:
    is_something = value.files or value.creates_database or value.writes_revision
    words = ("--models", value.models) if value.models else ()
    return NextStep(command("init", *words), "To add it") if is_something else None


@next_step.register
def _after_prepared(value: Prepared) -> NextStep:
    del value
    return NextStep(command("status"))
