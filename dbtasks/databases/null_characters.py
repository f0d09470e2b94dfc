"""The character NUL, which no text of PostgreSQL can hold, and no statement of SQLite.

One history serves both, so it is refused on both, where it is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dbtasks.databases.terms import shortened
from dbtasks.errors import ModelsError, RefusedError
from dbtasks.operations.sql import resolved

_WHY = "holds a NUL character, which PostgreSQL stores in no text"


def refuse_null_in_value(name: str, value: object) -> None:
    """Raise `RefusedError` if what the rows of a column are to get holds a NUL character."""
    if any("\0" in text for text in _texts(value)):
        raise RefusedError(
            f"{name} can't get {shortened(value)}: that {_WHY}. Nothing was written.",
            "Give the rows another value, without it.",
        )


def refuse_null_in_models(metadata: sa.MetaData, dialect: sa.Dialect) -> None:
    """Raise `ModelsError` if a text of the models that a database is to keep holds one."""
    for table in metadata.tables.values():
        for what, text in _of_table(table, dialect):
            if "\0" in text:
                raise ModelsError(
                    f"{what} {_WHY}: {shortened(text)}. Nothing was changed.",
                    "Take it out of the models.",
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _of_table(table: sa.Table, dialect: sa.Dialect) -> Iterator[tuple[str, str]]:
    """Yield each text that is kept with a table, behind what it is."""
    yield f"The comment on {table.key}", table.comment or ""
    for column in table.columns:
        for what, text in _of_column(column, dialect):
            yield f"{what} {table.key}.{column.name}", text
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            yield f"A check of {table.key}", _sql(constraint.sqltext, dialect)


def _of_column(column: sa.Column[Any], dialect: sa.Dialect) -> Iterator[tuple[str, str]]:
    yield "The comment on", column.comment or ""
    if isinstance(column.server_default, sa.DefaultClause):
        yield "The server_default of", _sql(column.server_default.arg, dialect)
    if column.computed is not None:
        yield "The expression of", _sql(column.computed.sqltext, dialect)
    type_ = resolved(column.type)
    if isinstance(type_, sa.Enum):
        for value in type_.enums:
            yield "A value of the enum of", value


def _sql(expression: str | sa.ClauseElement, dialect: sa.Dialect) -> str:
    """Return the SQL of an expression; "" of what can't be written, which the build then tells."""
    if isinstance(expression, str):
        return expression
    try:
        return str(expression.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except sa.exc.CompileError:
        return ""
