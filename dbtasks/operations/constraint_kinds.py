"""The kinds of constraints: as SQLAlchemy makes them, as facts and as Alembic call them."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dbtasks.schema.facts import CHECK, EXCLUDE, FOREIGN_KEY, PRIMARY_KEY, UNIQUE

_CLASSES: Mapping[type[sa.Constraint], str] = {
    sa.PrimaryKeyConstraint: PRIMARY_KEY,
    sa.UniqueConstraint: UNIQUE,
    sa.ForeignKeyConstraint: FOREIGN_KEY,
    sa.CheckConstraint: CHECK,
    postgresql.ExcludeConstraint: EXCLUDE,
}
_TYPES = {PRIMARY_KEY: "primary", UNIQUE: "unique", FOREIGN_KEY: "foreignkey", CHECK: "check"}
_KINDS = {type_: kind for kind, type_ in _TYPES.items()}


def kind_of(constraint: sa.Constraint) -> str | None:
    """Return the kind that SQLAlchemy's constraint is of; None for one that is not known here."""
    return _CLASSES.get(type(constraint))


def type_of(kind: str) -> str | None:
    """Return the `type_` of `op.drop_constraint`; None for EXCLUDE, which Alembic has none for."""
    return _TYPES.get(kind)


def kind_of_type(type_: str | None) -> str:
    """Return the kind that a `type_` means, in Alembic's words or ours; empty where it is none."""
    return _KINDS.get(type_ or "", type_ or "")


def columns_of(constraint: sa.Constraint) -> tuple[str, ...]:
    """Return the names of the columns that a constraint is over."""
    columns = getattr(constraint, "columns", ())
    return tuple(column.name for column in columns)


def constraints_of(table: sa.Table) -> list[sa.Constraint]:
    """Return the constraints of a table, and the checks that stand inside of its columns."""
    inside = (item for column in table.columns for item in column.constraints)
    return [*table.constraints, *inside]
