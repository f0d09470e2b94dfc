"""EXCLUDE constraints in words that a revision can hold: columns by name, the rest as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import conv

from dbtasks.operations.names import full_name
from dbtasks.operations.sql import REVISION_DIALECT

_OPTIONS = ("using", "where", "deferrable", "initially")


def elements_of(constraint: ExcludeConstraint) -> tuple[tuple[str, str], ...]:
    """Return the expressions of an EXCLUDE as SQL, with their operators."""
    return tuple((_sql(element), operator) for element, operator in _elements(constraint))


def spelled_out(constraint: ExcludeConstraint) -> ExcludeConstraint:
    """Return the same EXCLUDE, in a table of the same name that has nothing else.

    Alembic can't add one to a table that is there if an expression in it has no name.
    """
    name, table = full_name(constraint), constraint.table
    options = {option: getattr(constraint, option) for option in _OPTIONS}
    same = ExcludeConstraint(*_elements(constraint), name=name and conv(name), **options)
    sa.Table(table.name, sa.MetaData(), same, schema=table.schema)
    return same


def _elements(constraint: ExcludeConstraint) -> Iterator[tuple[sa.ColumnClause[Any], str]]:
    """Yield the expressions with their operators. A class of operators is part of the SQL."""
    given: Any = getattr(ops.AddConstraintOp.from_constraint(constraint), "elements", ())
    for expression, operator in given:
        is_column = isinstance(expression, sa.ColumnClause) and not expression.is_literal
        class_ = constraint.ops.get(getattr(expression, "key", None))
        if is_column and class_ is None:
            yield sa.column(expression.name), operator
        else:
            sql = f"{_sql(expression)} {class_ or ''}".rstrip()
            yield sa.literal_column(sql), operator


def _sql(expression: sa.ColumnElement[Any]) -> str:
    options = {"literal_binds": True, "include_table": False}
    return str(expression.compile(dialect=REVISION_DIALECT, compile_kwargs=options))
