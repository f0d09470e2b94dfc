"""Values to text or JSON; it reads and writes nothing.

Text is a list of `Line`s: what it says and, for a terminal that has colours, a style.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, is_dataclass
from functools import singledispatch
from typing import Any

from dbtasks import door
from dbtasks.graph import draw
from dbtasks.values import (
    AppliedStep,
    Change,
    Check,
    Current,
    History,
    Message,
    Outcome,
    Plan,
    Prepared,
    Revision,
    Sql,
    Status,
    Step,
    Written,
)

GOOD, BAD, WARNING, STRONG, FAINT = "green", "red", "yellow", "bold", "dim"
_SIGN_STYLES = {"+": GOOD, "-": BAD, "~": WARNING}


@dataclass(frozen=True)
class Line:
    """One line of text and its style, a word of rich's; empty for plain."""

    text: str
    style: str = ""


def to_json(value: object) -> str:
    """Return a value as JSON; the keys are the fields of its class, in `dbtasks.values`."""
    return json.dumps(_data(value), indent=2, ensure_ascii=False)


def to_lines(value: object) -> list[Line]:
    """Return a value as text, line by line."""
    return list(_lines(value))


def _data(value: object) -> Any:
    if isinstance(value, Message):
        return value.data
    assert is_dataclass(value) and not isinstance(value, type)
    data = asdict(value)
    derived = [name for name, item in vars(type(value)).items() if isinstance(item, property)]
    return {**data, **{name: getattr(value, name) for name in derived}}


@singledispatch
def _lines(value: object) -> Iterator[Line]:
    raise TypeError(f"no report is known for {type(value).__name__}")


@_lines.register
def _message(value: Message) -> Iterator[Line]:
    yield Line(value.text)


@_lines.register
def _sql(value: Sql) -> Iterator[Line]:
    if value.text:
        yield Line(value.text.rstrip())


@_lines.register
def _status(value: Status) -> Iterator[Line]:
    missing = "" if value.exists else " (not created yet)"
    yield from _pairs(
        ("environment", value.environment),
        ("database", f"{value.database}{missing}  [{value.source}]"),
        ("current", _ids(value.current)),
        ("head" if len(value.heads) < 2 else "heads", _ids(value.heads, none="none")),
    )
    if value.unknown:
        yield Line(f"No file has revision {_ids(value.unknown)}, where the database is.", BAD)
    if len(value.heads) > 1:
        yield Line(f"Several heads. Join them: {door.command('merge', 'join heads')}", BAD)
    if value.pending:
        yield Line(f"pending ({len(value.pending)}):", WARNING)
        yield from (Line(f"  {revision_line(revision)}") for revision in value.pending)
        yield Line(f"Apply them: {door.command('upgrade')}")
    elif not value.unknown:
        yield Line(
            "The database is at the head." if value.heads else "There are no revisions.", GOOD
        )
    yield from _missing(value)


def _missing(value: Status) -> Iterator[Line]:
    if value.changes is None:
        yield Line(f"models: {value.changes_note}", FAINT)
    elif value.changes:
        yield Line("The models hold what no revision does:", WARNING)
        yield from _changes(value.changes, indent="  ")
        yield Line(f"Write it: {door.command('migrate', 'what changed')}")
    else:
        yield Line("The models hold nothing that no revision does.", GOOD)


@_lines.register
def _plan(value: Plan) -> Iterator[Line]:
    if not value.steps:
        yield Line(f"Nothing to do: the database is at {_ids(value.current)}.", GOOD)
        return
    yield Line(f"{value.direction}: {_ids(value.current)} -> {_ids(value.target)}", STRONG)
    for number, step in enumerate(value.steps, start=1):
        yield Line(f"{number:>3}. {_step(step)}")
        yield from (Line(f"       {note}", WARNING) for note in step.notes)


@_lines.register
def _applied(value: AppliedStep) -> Iterator[Line]:
    yield Line(f"  {value.revision} {value.message}  ({_seconds(value.seconds)})")


@_lines.register
def _outcome(value: Outcome) -> Iterator[Line]:
    if value.steps:
        total = sum(step.seconds for step in value.steps)
        count = _count(len(value.steps), "step")
        yield Line(
            f"{value.database} is at {_ids(value.current)} ({count}, {_seconds(total)}).", GOOD
        )
    else:
        yield Line(f"Nothing to do: {value.database} is at {_ids(value.current)}.", GOOD)
    yield from (Line(note) for note in value.notes)


@_lines.register
def _history(value: History) -> Iterator[Line]:
    if not value.revisions:
        yield Line(f"There are no revisions. Write one: {door.command('migrate', 'what changed')}")
    for prefix, revision in draw(value.revisions):
        if revision is None:
            yield Line(prefix)
        else:
            yield Line(f"{prefix} {revision_line(revision)}", GOOD if revision.is_current else "")


@_lines.register
def _revision(value: Revision) -> Iterator[Line]:
    yield from _pairs(
        ("revision", value.id),
        ("follows", _ids(value.down)),
        ("message", value.message),
        ("file", value.path),
        ("state", ", ".join(_marks(value)) or "not applied"),
    )


@_lines.register
def _current(value: Current) -> Iterator[Line]:
    state = "at the head" if value.is_at_head else f"the head is {_ids(value.heads, none='none')}"
    yield Line(f"{_ids(value.current)}  ({state})", GOOD if value.is_at_head else WARNING)


@_lines.register
def _check(value: Check) -> Iterator[Line]:
    if not value.changes:
        yield Line("Models and database agree.", GOOD)
        return
    yield Line(f"Models and database differ in {_count(len(value.changes), 'place')}:", WARNING)
    yield from _changes(value.changes, indent="  ")
    yield Line(f"Write what is missing: {door.command('migrate', 'what changed')}")


@_lines.register
def _written(value: Written) -> Iterator[Line]:
    yield from _changes(value.changes)
    yield from (Line(note, WARNING) for note in value.notes)
    if not value.path:
        yield Line("Nothing to do: models and database agree. No revision was written.", GOOD)
        return
    yield Line(f"Wrote {value.path}", GOOD)
    yield Line(f"Review it, then: {door.command('upgrade')}")


@_lines.register
def _prepared(value: Prepared) -> Iterator[Line]:
    yield from (Line(f"wrote {name}") for name in value.created)
    if value.kept:
        yield Line(f"kept {', '.join(value.kept)}", FAINT)
    if value.revision:
        yield Line(f"wrote {value.revision}")
    yield from (Line(note) for note in value.notes)
    if value.outcome:
        yield from _outcome(value.outcome)


def revision_line(revision: Revision) -> str:
    """Return a revision in one line: id, message, marks."""
    marks = ", ".join(_marks(revision))
    return f"{revision.id} {revision.message}" + (f"  ({marks})" if marks else "")


def _marks(revision: Revision) -> list[str]:
    marks = ["head"] if revision.is_head else []
    if revision.is_current:
        marks.append("current")
    elif revision.is_applied:
        marks.append("applied")
    return marks + [f"label {label}" for label in revision.labels]


def _changes(changes: Iterable[Change], indent: str = "") -> Iterator[Line]:
    for change in changes:
        yield Line(f"{indent}{change}", _SIGN_STYLES.get(change.sign, ""))


def _step(step: Step) -> str:
    return f"{step.revision} {step.message}  [{step.path}]"


def _pairs(*pairs: tuple[str, str]) -> Iterator[Line]:
    width = max(len(name) for name, _ in pairs)
    for name, text in pairs:
        yield Line(f"{name:<{width}}  {text}")


def _ids(ids: Iterable[str], none: str = "base") -> str:
    return ", ".join(ids) or none


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
