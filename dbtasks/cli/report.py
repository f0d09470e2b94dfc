"""Values to text; it reads and writes nothing.

The text of a verb begins with the answer and ends with what to type next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any

from dbtasks.additions import Additions
from dbtasks.cli.additions import additions_blocks, advice_blocks
from dbtasks.cli.changes import INDENT, changes, effect, sides
from dbtasks.cli.graph import draw
from dbtasks.cli.layout import (
    BAD,
    FAINT,
    GOOD,
    STRONG,
    WARNING,
    Block,
    Line,
    Piece,
    copyable,
    line,
    table,
)
from dbtasks.cli.next_step import next_step
from dbtasks.hints import WriteCommand, counted
from dbtasks.values import (
    Answered,
    AppliedStep,
    ByDatabase,
    Check,
    Current,
    History,
    Outcome,
    Plan,
    Prepared,
    Revision,
    Sql,
    Status,
    Step,
    Written,
)

_APPLIED = "applied"  # what the graph shows by its `*`, and a single revision by this word


def to_blocks(value: object, write: WriteCommand) -> list[Block]:
    """Return a value as text, in lines and tables; `write` writes down what to type next."""
    following = next_step(value)
    blocks = list(_blocks(value))
    if following:
        blocks.append(copyable(write(following.command), label=f"{following.label}: "))
    return blocks


def blocks_to_approve(value: Plan | Additions) -> list[Block]:
    """Return what will be done as text, for a question about it."""
    return list(_blocks(value))


def step_line(plan: Plan, step: AppliedStep) -> Line:
    """Return what to say of a step of `plan` when it is done."""
    number = [planned.revision for planned in plan.steps].index(step.revision) + 1
    return _step_line(number, len(plan.steps), step)


@singledispatch
def _blocks(value: Any) -> Iterator[Block]:
    raise TypeError(f"no report is known for {type(value).__name__}")


_blocks.register(Additions)(additions_blocks)


@_blocks.register(ByDatabase)
def _by_database(value: ByDatabase[object]) -> Iterator[Block]:
    for name, item in value.databases.items():
        yield line(f"{name}:", STRONG)
        yield from _blocks(item)


@_blocks.register
def _answered(value: Answered) -> Iterator[Block]:
    yield line(f"{value.database} answers (after {_duration(value.seconds)}).", GOOD)


@_blocks.register
def _sql(value: Sql) -> Iterator[Block]:
    yield Line((Piece(value.sql.rstrip()),), wraps=False)


@_blocks.register
def _status(value: Status) -> Iterator[Block]:
    yield _verdict(value)
    yield from _pairs(
        ("environment", value.environment),
        ("database", f"{value.database} ({value.source})"),
        ("current", _ids(value.current)),
        ("head" if len(value.heads) < 2 else "heads", _ids(value.heads, none="none")),
        *([("models", f"not compared: {value.changes_note}")] if value.changes is None else []),
    )
    yield from (line(note, WARNING) for note in value.notes)
    if value.pending:
        yield line("pending:", FAINT)
        yield from _revisions(value.pending)
    if value.changes:
        yield from sides(value.changes, "revisions" if value.pending else "database")


def _verdict(value: Status) -> Line:
    """Return the answer to what people mostly ask, whether there is anything to do."""
    pending = counted(len(value.pending), "revision is", "revisions are") + " pending"
    places = counted(len(value.changes or ()), "place")
    heads = f"There are {len(value.heads)} heads" + (f", and {pending}" if value.pending else "")
    findings = (
        (value.unknown, _unknown(value.unknown), BAD),
        (len(value.heads) > 1, f"{heads}.", BAD),
        (not value.heads, "There are no revisions yet.", WARNING),
        (not value.exists, f"The database is not created yet: {pending}.", WARNING),
        (value.pending, f"The database is behind: {pending}.", WARNING),
        (value.changes, f"Models and database differ in {places}.", WARNING),
        (True, "Up to date.", GOOD),
    )
    return next(line(text, style) for found, text, style in findings if found)


@_blocks.register
def _plan(value: Plan) -> Iterator[Block]:
    if not value.steps:
        yield line(f"Nothing to do: the database is at {_ids(value.current)}.", GOOD)
        return
    steps = counted(len(value.steps), "step")
    way = f"{_ids(value.current)} -> {_ids(value.target)}"
    yield line(f"{value.direction.capitalize()} in {steps}: {way}", STRONG)
    for number, step in enumerate(value.steps, start=1):
        yield _numbered(number, len(value.steps), step)
        said_once = [item for item in step.changes if item.what not in step.losses]
        yield from changes(said_once, INDENT + 4)
        yield from (line(loss, BAD, indent=INDENT + 4) for loss in step.losses)
        yield from (line(note, WARNING, indent=INDENT + 4) for note in step.notes)


@_blocks.register
def _outcome(value: Outcome) -> Iterator[Block]:
    if value.steps:
        took = _duration(sum(step.seconds for step in value.steps))
        steps = counted(len(value.steps), "step")
        yield line(f"{value.database} is at {_ids(value.current)} ({steps}, {took}).", GOOD)
    else:
        yield line(f"Nothing to do: {value.database} is at {_ids(value.current)}.", GOOD)
    if value.dropped:
        rows = sum(item.rows for item in value.dropped)
        tables = counted(len(value.dropped), "table")
        yield line(f"Dropped before: {tables} with {counted(rows, 'row')}.")
    yield from (line(note) for note in value.notes)


@_blocks.register
def _history(value: History) -> Iterator[Block]:
    if not value.revisions:
        yield line("There are no revisions yet.", WARNING)
    if value.unknown:
        yield line(_unknown(value.unknown), BAD)
    rows = list(draw(value.revisions))
    width = max((len(row.text) for row in rows), default=0)
    for row in rows:
        pieces = _revision_pieces(row.revision) if row.revision else ()
        margin = f"{row.text:<{width}}  " if pieces else row.text
        yield Line(pieces, margin, f"{row.below:<{width}}  ")


@_blocks.register
def _revision(value: Revision) -> Iterator[Block]:
    yield from _pairs(
        ("revision", value.id),
        ("message", value.message),
        ("follows", _ids(value.down)),
        *([("depends on", _ids(value.depends_on))] if value.depends_on else []),
        ("state", ", ".join(_marks(value))),
    )
    yield copyable(value.path, label="file      ")
    yield from effect("upgrade", value.upgrade, value.upgrade_losses, value.upgrade_locks)
    yield from effect("downgrade", value.downgrade, value.downgrade_losses, value.downgrade_locks)


@_blocks.register
def _current(value: Current) -> Iterator[Block]:
    if value.unknown:
        yield line(_unknown(value.unknown), BAD)
        return
    state = "head" if value.is_at_head else f"behind: the head is {_ids(value.heads, none='none')}"
    yield line(f"{_ids(value.current)} ({state})", GOOD if value.is_at_head else WARNING)
    yield from (line(note) for note in value.notes)


@_blocks.register
def _check(value: Check) -> Iterator[Block]:
    yield from (line(note, WARNING) for note in value.notes)
    if not value.changes:
        yield line("Models and database agree.", GOOD)
    else:
        places = counted(len(value.changes), "place")
        yield line(f"Models and database differ in {places}:", WARNING)
    yield from sides(value.changes, "database")
    yield from (line(note) for note in value.notes)
    if value.changes and value.is_behind:
        yield line("The database is behind: revisions are pending.", WARNING)


@_blocks.register
def _written(value: Written) -> Iterator[Block]:
    yield from changes(value.changes)
    yield from (line(note, WARNING) for note in value.notes)
    if not value.path:
        yield line("Nothing to do: models and database agree. No revision was written.", GOOD)
        return
    yield copyable(value.path, label="Wrote ")


@_blocks.register
def _prepared(value: Prepared) -> Iterator[Block]:
    yield from (copyable(name, label="wrote ") for name in value.created)
    if value.ignored:
        yield line(f"added to .gitignore: {', '.join(value.ignored)}")
    if value.kept:
        yield line(f"kept {', '.join(value.kept)}", FAINT)
    revision = [copyable(value.revision, label="wrote ")] if value.revision else []
    notes = [line(note) for note in value.notes]
    # A database that was there is recorded once its revision is written.
    yield from (*revision, *notes) if value.recorded else (*notes, *revision)
    if value.outcome:
        steps = value.outcome.steps
        yield from (_step_line(number, len(steps), s) for number, s in enumerate(steps, start=1))
        yield from _outcome(value.outcome)
    if value.databases:
        yield from _by_database(ByDatabase(value.databases))
    yield from advice_blocks(value.advice)


def _revisions(revisions: Iterable[Revision]) -> list[Block]:
    rows = ((Piece(item.id, WARNING), Piece(item.message)) for item in revisions)
    return [*table(rows, INDENT)]


def _revision_pieces(revision: Revision) -> tuple[Piece, ...]:
    style = GOOD if revision.is_applied else WARNING
    marks = ", ".join(mark for mark in _marks(revision) if mark != _APPLIED)
    text = f"  {revision.message}" if revision.message else ""
    end = f"  ({marks})" if marks else ""
    return Piece(revision.id, style), Piece(text), Piece(end, style)


def _marks(revision: Revision) -> list[str]:
    marks = ["head"] if revision.is_head else []
    if revision.is_current:
        marks.append("current")
    elif revision.is_applied is not None:
        marks.append(_APPLIED if revision.is_applied else "pending")
    marks += ["unfinished"] * revision.is_unfinished
    return marks + [f"label {label}" for label in revision.labels]


def _numbered(number: int, total: int, step: Step | AppliedStep, end: str = "") -> Line:
    margin = f"{number:>{len(str(total))}}/{total}  "
    pieces = Piece(step.revision), Piece(f"  {step.message}"), Piece(end, FAINT)
    return Line(pieces, margin, " " * len(margin))


def _step_line(number: int, total: int, step: AppliedStep) -> Line:
    return _numbered(number, total, step, f"  ({_duration(step.seconds)})")


def _pairs(*pairs: tuple[str, str]) -> list[Block]:
    return [*table((Piece(name, FAINT), Piece(text)) for name, text in pairs)]


def _unknown(ids: Iterable[str]) -> str:
    return f"The database is at {_ids(ids)}, which no file has."


def _ids(ids: Iterable[str], none: str = "base") -> str:
    return ", ".join(ids) or none


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
