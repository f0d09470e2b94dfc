"""What the rows that exist get where a column wants a value of each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.backfill.portable_values import portable, without_decorators
from dbtasks.autogenerate.backfill.sql_reads import SqlReader
from dbtasks.databases.backend import Backend
from dbtasks.databases.null_characters import refuse_null_in_value
from dbtasks.errors import MissingAnswerError, RefusedError, UsageError
from dbtasks.hints import Command
from dbtasks.operations.enums import is_enum
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import text_of_sql
from dbtasks.schema.facts import Table

_MAKE_EMPTY = (list, dict, set, frozenset, tuple, str, bytes, bool, int, float)
"""Callables that make the same each time, when they are called with nothing."""

NEW_UUID = "gen_random_uuid()"
"""PostgreSQL's word for a new UUID, which `op.fill` has SQLite understand."""


class MissingFillError(MissingAnswerError):
    """Rows exist, and nobody has said what they get.

    `questions` holds what to ask, by `table.column`.
    """

    def __init__(self, what: str, questions: Mapping[str, str], *next_step: str | Command) -> None:
        super().__init__(what, *next_step)
        self.questions = questions


class WrongFillError(RefusedError):
    """What rows are to get, `name` of which is `table.column`, can't be what they get."""

    def __init__(self, name: str, what: str, *next_step: str | Command) -> None:
        super().__init__(what, *next_step)
        self.name = name


class Fills:
    """Finds the value for each column that needs one, by the answers and the models."""

    def __init__(self, answers: Answers, reader: SqlReader) -> None:
        self.answers = answers
        self.reader = reader
        self.unused = dict(answers.fills)
        self.wanted: list[str] = []
        self.missing: list[str] = []
        self.lost: dict[str, str] = {}
        self.questions: dict[str, str] = {}

    def answered(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what a person said beforehand that a column gets."""
        name = f"{table.key}.{column.name}"
        self.wanted.append(name)
        sql = self.unused.pop(name, None)
        if sql is None:
            return None
        refuse_null_in_value(name, sql)
        reads = self.reader.reads(sql, table.key)
        return text_fill(table, column, sql if reads is None else reads.sql)

    def miss(self, table: Table, column: sa.Column[Any], rows: int) -> None:
        """Note for `refuse_missing` that `rows` need a value of a column."""
        if not rows or self.answers.quiet:
            return
        name = f"{table.key}.{column.name}"
        who = "does the row that exists" if rows == 1 else f"do the {rows:,} rows that exist"
        self.missing.append(name)
        self.questions[name] = f"{name} is NOT NULL. What {who} get? (SQL)"

    def short(self, name: str, problem: str) -> None:
        """Note for `refuse_missing` that what fills a column leaves rows without a value."""
        if self.answers.quiet:
            return
        self.lost[name] = problem
        self.questions[name] = f"{problem}. What does it get? (SQL)"

    def instead(self, name: str, problem: str) -> str | None:
        """Return the SQL that a person gives for rows whose value in a column can't stay.

        Where nobody has, the problem is noted for `refuse_missing`.
        """
        if name in self.unused:
            refuse_null_in_value(name, self.unused[name])
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
                f"New or NOT NULL now: {', '.join(self.wanted) or 'nothing'}. "
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
                self.answers.without_fills(self.questions).command(*flags),
            )


def server_fill(table: Table, column: sa.Column[Any]) -> FillOp | None:
    """Return the server default of a column as what fills it."""
    default = column.server_default
    return sql_fill(table, column, default.arg) if isinstance(default, sa.DefaultClause) else None


def plain_fill(table: Table, column: sa.Column[Any], backend: Backend) -> FillOp | None:
    """Return the Python default of a column as what fills it, if it is a plain value.

    The rows get what the model would insert, through the column's type. None where that can't be
    known, or can't be stored.
    """
    default = column.default
    if not isinstance(default, sa.ColumnDefault):
        return None
    if default.is_scalar:
        return fill(table, column, default.arg, backend)
    # SQLAlchemy wraps the callable; `default=list` means an empty list as plainly as [] does.
    made_by = getattr(default.arg, "__wrapped__", default.arg)
    return fill(table, column, made_by(), backend) if made_by in _MAKE_EMPTY else None


def new_key_fill(table: Table, column: sa.Column[Any]) -> FillOp:
    """Return what gives each row a new UUID: by the column's own default, if that makes some."""
    default = server_fill(table, column)
    return default or sql_fill(table, column, sa.text(NEW_UUID))


def fill(table: Table, column: sa.Column[Any], value: Any, backend: Backend) -> FillOp | None:
    """Return the operation that gives a column a value, written so that a revision can hold it.

    None where `backend` can't store it.
    """
    if isinstance(value, ClauseElement):
        return sql_fill(table, column, value)
    found = portable(value, column.type, backend)
    if found is None:
        return None
    refuse_null_in_value(f"{table.key}.{column.name}", found.value)
    return FillOp(
        table.name,
        column.name,
        found.value,
        found.type_,
        schema=table.schema,
        model_type=found.model_type,
    )


def sql_fill(table: Table, column: sa.Column[Any], sql: Any) -> FillOp:
    """Return the operation that gives a column what SQL says, or a text that stands for itself."""
    return FillOp(table.name, column.name, sql, schema=table.schema)


def text_fill(table: Table, column: sa.Column[Any], sql: str) -> FillOp:
    """Return the operation that gives a column what SQL says; an enum says so, to be cast to it."""
    return FillOp(table.name, column.name, text_of_sql(sql), enum_of(column), schema=table.schema)


def enums_among(columns: Iterable[sa.Column[Any]]) -> dict[str, TypeEngine[Any]]:
    """Return the enums that columns are of, by the columns' names."""
    found = ((column.name, enum_of(column)) for column in columns)
    return {name: type_ for name, type_ in found if type_ is not None}


def enum_of(column: sa.Column[Any]) -> TypeEngine[Any] | None:
    """Return the enum that a column is of, if it is one."""
    return without_decorators(column.type) if is_enum(column.type) else None
