"""Changing a column's type so that its values stay what they are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.backfill.fills import WrongFillError
from dbtasks.databases import backend_of
from dbtasks.databases.backend import Backend
from dbtasks.databases.row_statements import example, fill_value
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.terms import ChangedValues
from dbtasks.databases.type_families import family, has_no_room_for_dashes
from dbtasks.errors import RefusedError
from dbtasks.operations.enums import is_enum
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import REVISION_DIALECT, resolved, text_literal
from dbtasks.schema.facts import Table
from dbtasks.values import NotKnown


def refuse_impossible(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> None:
    """Raise `RefusedError` if the values of a column can't become those of its new type."""
    backend = backend_of(connection)
    place = backend.quoted(table.schema, table.name)
    if is_enum(column.type) and is_enum(new.type):
        return  # A value that goes is asked about, and another one filled in before.
    if is_enum(new.type):
        condition = _is_no_value(backend, column, new)
        problem = example(connection, place, backend.quoted(column.name), condition)
    else:
        problem = backend.refused_values(connection, place, column, new.type)
    if not problem and (condition := _is_too_long(backend, column, new)):
        problem = example(connection, place, backend.quoted(column.name), condition)
    if problem:
        raise RefusedError(
            f"{table.key}.{column.name} can't become {new.type.compile(connection.dialect)}: "
            f"{problem}. Nothing was written.",
            "Mend those rows first, or say what they get, made of what they hold, with --fill "
            f"{table.key}.{column.name}=SQL",
        )


def refuse_unfit(
    connection: sa.Connection, table: Table, type_: sa.types.TypeEngine[Any], fill: FillOp
) -> None:
    """Raise `RefusedError` if what rows are to get is too long or too large for a column's type.

    Where the database refuses it by itself, or knows no such value, the trial says so.
    """
    backend = backend_of(connection)
    if fill.model_type is not None:
        return
    value = fill_value(fill, backend.dialect, backend.literal)
    condition = backend.beyond_limits(value, type_)
    if not condition:
        return
    place = backend.quoted(table.schema, table.name)
    try:
        with rolled_back(connection):
            problem = example(connection, place, value, condition)
    except sa.exc.SQLAlchemyError:
        return
    if problem:
        raise WrongFillError(
            f"{table.key}.{fill.column_name}",
            f"{table.key}.{fill.column_name} can't take what its rows would get: {problem}, which "
            f"is beyond {type_.compile(connection.dialect)}. SQLite takes it, PostgreSQL does not. "
            "Nothing was written.",
            "Give the column a wider type, or say what the rows get with --fill "
            f"{table.key}.{fill.column_name}=VALUE.",
        )


def changed_rows(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> ChangedValues | NotKnown:
    """Return how many values would not come back the same from the new type."""
    if is_enum(new.type):
        return ChangedValues(0)
    backend = backend_of(connection)
    place = backend.quoted(table.schema, table.name)
    return backend.changed_values(connection, place, column, new.type)


def assumption(old: TypeEngine[Any], new: TypeEngine[Any]) -> str:
    """Return what a change of type takes for granted about times; empty for nothing.

    It is the same on every database, so no server's or session's zone has a say.
    """
    kinds = family(old, REVISION_DIALECT), family(new, REVISION_DIALECT)
    gets_zone, had_zone = _has_zone(new), _has_zone(old)
    if gets_zone and not had_zone and kinds[0] in {"date", "datetime", "time", "text"}:
        taken = "each day is taken for its midnight in UTC"
        return taken if kinds[0] == "date" else "what names no time zone is taken for UTC"
    if had_zone and not gets_zone and kinds[1] in {"date", "datetime", "time", "text"}:
        return "times are those in UTC from now on, without a zone"
    if kinds == ("text", "datetime"):
        return "a time that names its zone becomes the one in UTC"
    if kinds == ("date", "datetime"):
        return "each day is taken for its midnight"
    return "each time is taken for one of 1970-01-01" if kinds == ("time", "datetime") else ""


def _has_zone(type_: TypeEngine[Any]) -> bool:
    stored = resolved(type_, REVISION_DIALECT)
    return isinstance(stored, sa.DateTime) and bool(stored.timezone)


def _is_no_value(backend: Backend, column: sa.Column[Any], new: sa.Column[Any]) -> str:
    """Return the condition that a value is none of an enum, which may not exist yet."""
    enum = resolved(new.type)
    assert isinstance(enum, sa.Enum)
    values = ", ".join(text_literal(value) for value in enum.enums)
    return f"CAST({backend.quoted(column.name)} AS VARCHAR) NOT IN ({values})"


def _is_too_long(backend: Backend, column: sa.Column[Any], new: sa.Column[Any]) -> str:
    """Return the condition that a value is too long for a text of limited length.

    PostgreSQL cuts it where it is told to cast, and SQLite knows no limit. Empty for other types.
    """
    type_ = resolved(new.type)
    length = getattr(type_, "length", None)
    if length is None or not isinstance(type_, sa.String) or isinstance(type_, sa.Enum):
        return ""
    if family(column.type, backend.dialect) == "uuid" and has_no_room_for_dashes(type_):
        return ""
    text = backend.text_of(backend.quoted(column.name), column.type)
    if isinstance(column.type, sa.CHAR):
        text = f"rtrim({text})"  # PostgreSQL fills it up with spaces
    return f"length({text}) > {length}"
