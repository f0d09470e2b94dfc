"""The names that PostgreSQL gives to constraints which have none.

SQLite keeps such constraints nameless. A revision serves both, so it calls them by these names.
(ChooseConstraintName and makeObjectName in PostgreSQL's indexcmds.c)
"""

from __future__ import annotations

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Constraint as SqlConstraint
from sqlalchemy import Index as SqlIndex
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.schema import conv

from dbtasks.operations.sql import POSTGRESQL
from dbtasks.schema.facts import CHECK, EXCLUDE, FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint

_LABELS = {PRIMARY_KEY: "pkey", UNIQUE: "key", FOREIGN_KEY: "fkey", CHECK: "check", EXCLUDE: "excl"}
_LONGEST = 63
_UNLIMITED = DefaultDialect()


def default_name(table: str, constraint: Constraint) -> str:
    """Return the name that PostgreSQL gives to a nameless constraint of `table`."""
    columns = "_".join(constraint.columns)
    if constraint.kind == PRIMARY_KEY or (
        constraint.kind == CHECK and len(constraint.columns) != 1
    ):
        columns = ""
    return object_name(table, columns, _LABELS[constraint.kind])


def sequence_name(table: str, column: str) -> str:
    """Return the name that PostgreSQL gives to the sequence by which a column counts."""
    return object_name(table, column, "seq")


def object_name(table: str, columns: str, label: str) -> str:
    """Return names joined as PostgreSQL does it, which cuts the longer one byte by byte."""
    room = _LONGEST - len(label) - (2 if columns else 1)
    lengths = [len(table.encode()), len(columns.encode())]
    while sum(lengths) > room:
        lengths[0 if lengths[0] > lengths[1] else 1] -= 1
    cut = (_cut(name, length) for name, length in zip((table, columns), lengths, strict=True))
    return "_".join(part for part in (*cut, label) if part)


def postgresql_name(name: str) -> str:
    """Return a name as PostgreSQL keeps it: SQLAlchemy cuts a long one, the server any."""
    preparer = POSTGRESQL.identifier_preparer
    quoted = preparer.truncate_and_render_constraint_name(conv(name))
    return _cut(_unquoted(quoted), _LONGEST)


def full_name(item: SqlConstraint | SqlIndex) -> str | None:
    """Return the name that a constraint or index was given, by the convention too, cut nowhere."""
    try:
        formatted = item.name and _UNLIMITED.identifier_preparer.format_constraint(item)
    except InvalidRequestError:  # a convention wants the name that a type's own check lacks
        return None
    return _unquoted(formatted) if formatted else None


def conventional_name(context: MigrationContext, table: str, name: str) -> str:
    """Return the name that the models' naming convention makes of a check's, as it did first."""
    check = ops.CreateCheckConstraintOp(name, table, "1").to_constraint(context)
    return full_name(check) or name


def is_default_like(name: str, kind: str) -> bool:
    """Whether a name is one that PostgreSQL might have given, to this table or another."""
    return name.endswith(f"_{_LABELS[kind]}")


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _cut(name: str, length: int) -> str:
    return name.encode()[:length].decode(errors="ignore")
