"""What the rows that exist get where a column wants a value of each of them."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from dbtasks.autogenerate.answers import Answers
from dbtasks.errors import MissingAnswerError, UsageError
from dbtasks.hints import Command
from dbtasks.operations.fill import FillOp
from dbtasks.schema.facts import Table

_EMPTY_CONTAINERS = (list, dict)


class MissingFillError(MissingAnswerError):
    """Rows exist, and nobody has said what they get.

    `questions` holds what to ask, by `table.column`.
    """

    def __init__(self, what: str, questions: Mapping[str, str], *next_step: str | Command) -> None:
        super().__init__(what, *next_step)
        self.questions = questions


class Fills:
    """Finds the value for each column that needs one, by the answers and the models."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.unused = dict(answers.fills)
        self.missing: list[str] = []
        self.lost: dict[str, str] = {}
        self.questions: dict[str, str] = {}

    def answered(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what a person said beforehand that a column gets."""
        sql = self.unused.pop(f"{table.key}.{column.name}", None)
        return None if sql is None else fill(table, column, sa.text(sql))

    def miss(self, table: Table, column: sa.Column[Any], rows: int) -> None:
        """Note for `refuse_missing` that `rows` need a value of a column."""
        if not rows or self.answers.quiet:
            return
        name = f"{table.key}.{column.name}"
        who = "does the row that exists" if rows == 1 else f"do the {rows:,} rows that exist"
        self.missing.append(name)
        self.questions[name] = f"{name} is NOT NULL. What {who} get? (SQL)"

    def instead(self, name: str, problem: str) -> str | None:
        """Return the SQL that a person gives for rows whose value in a column can't stay.

        Where nobody has, the problem is noted for `refuse_missing`.
        """
        if name in self.unused:
            return self.unused.pop(name)
        self.lost[name] = problem
        self.questions[name] = f"{problem}. What do they get instead? (SQL)"
        return None

    def refuse_missing(self) -> None:
        """Raise for the answers that are missing, and for those that fit nothing."""
        for name in self.unused:
            raise UsageError(
                f"--fill {name} fits nothing: no column of that name is new, becomes NOT NULL or "
                "loses a value that rows have. Nothing was written.",
                "Check the name, or leave it out.",
            )
        problems = [*self.lost.values()]
        if self.missing:
            problems.insert(0, f"Rows exist, and {' and '.join(self.missing)} must not be NULL")
        if problems:
            pairs = (("--fill", f"{name}=VALUE") for name in (*self.missing, *self.lost))
            flags = [word for pair in pairs for word in pair]
            raise MissingFillError(
                f"{'. '.join(problems)}. There is no terminal to ask on. Nothing was written.",
                self.questions,
                "Say what they get, in SQL: ",
                self.answers.command(*flags),
            )


def server_fill(table: Table, column: sa.Column[Any]) -> FillOp | None:
    """Return the server default of a column as what fills it."""
    default = column.server_default
    return fill(table, column, default.arg) if isinstance(default, sa.DefaultClause) else None


def plain_fill(table: Table, column: sa.Column[Any]) -> FillOp | None:
    """Return the Python default of a column as what fills it, if it is a plain value."""
    default = column.default
    if not isinstance(default, sa.ColumnDefault):
        return None
    if default.is_scalar:
        return fill(table, column, default.arg)
    # SQLAlchemy wraps the callable; `default=list` means an empty list as plainly as [] does.
    made_by = getattr(default.arg, "__wrapped__", default.arg)
    return fill(table, column, made_by()) if made_by in _EMPTY_CONTAINERS else None


def fill(table: Table, column: sa.Column[Any], value: Any) -> FillOp:
    """Return the operation that gives a column a value, written so that a revision can hold it."""
    value, type_ = _portable(value, column.type)
    return FillOp(table.name, column.name, value, type_, schema=table.schema)


def _portable(value: Any, type_: TypeEngine[Any]) -> tuple[Any, TypeEngine[Any] | None]:
    """Return a value as a revision writes it, and its type where the value doesn't tell."""
    if isinstance(value, enum.Enum):
        implementation = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
        return _enum_text(value, implementation), None
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return str(value), None
    if isinstance(value, Decimal):
        return sa.text(str(value)), None
    if isinstance(value, uuid.UUID) and isinstance(type_, sa.Uuid) and not type_.as_uuid:
        return str(value), type_
    if isinstance(value, (list, dict, uuid.UUID, bytes)):
        return value, type_
    return value, None


def _enum_text(value: enum.Enum, type_: TypeEngine[Any]) -> str:
    if isinstance(type_, sa.Enum) and type_.values_callable and type_.enum_class:
        members = list(type_.enum_class)
        return str(type_.enums[members.index(value)])
    return value.name
