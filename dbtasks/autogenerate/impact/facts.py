"""What operations are about, as the facts in which schemas are compared.

They are as far as the operation tells them: what stands in the table beside, only the database
knows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.schema import ColumnCollectionConstraint
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.state.definitions import check_sql, final_name
from dbtasks.operations import enums
from dbtasks.operations.constraint_kinds import kind_of
from dbtasks.schema.difference import UNTOLD
from dbtasks.schema.facts import Column, Constraint, Enum, Index, Table


def column_facts(column: sa.Column[Any], dialect: sa.Dialect) -> Column:
    """Return a column as an operation makes it."""
    computed = column.computed
    default = None if computed is not None else column.server_default
    return Column(
        name=column.name,
        type=_type(column.type, dialect),
        nullable=bool(column.nullable),
        default=_default(default, dialect),
        generated=None if computed is None else _sql(computed.sqltext, dialect),
        comment=column.comment,
    )


def altered_columns(operation: ops.AlterColumnOp, dialect: sa.Dialect) -> tuple[Column, Column]:
    """Return a column before and after an operation: alike in all that this leaves as it is."""
    name = operation.modify_name or operation.column_name
    old = new = Column(name, UNTOLD, nullable=True)
    if operation.modify_type is not None:
        known = operation.existing_type
        old = replace(old, type=UNTOLD if known is None else _type(known, dialect))
        new = replace(new, type=_type(operation.modify_type, dialect))
    if operation.modify_nullable is not None:
        old = replace(old, nullable=not operation.modify_nullable)
        new = replace(new, nullable=operation.modify_nullable)
    if operation.modify_server_default is not False:
        old = replace(old, default=_known(operation.existing_server_default, dialect))
        new = replace(new, default=_default(operation.modify_server_default, dialect))
    if operation.modify_comment is not False:
        old = replace(old, comment=operation.existing_comment or UNTOLD)
        new = replace(new, comment=operation.modify_comment or None)
    return old, new


def index_facts(operation: ops.CreateIndexOp, dialect: sa.Dialect) -> Index:
    """Return an index as an operation makes it."""
    parts = [part if isinstance(part, str) else _sql(part, dialect) for part in operation.columns]
    name = str(operation.index_name)
    return Index(name, bool(operation.unique), f"({', '.join(parts)})", tuple(parts))


def constraint_facts(constraint: sa.Constraint, dialect: sa.Dialect) -> Constraint:
    """Return a constraint as an operation makes it."""
    kind = kind_of(constraint) or "constraint"
    columns: tuple[str, ...] = ()
    referred = definition = ""
    if isinstance(constraint, sa.ForeignKeyConstraint):
        columns = tuple(constraint.column_keys)
        referred = constraint.elements[0].target_fullname.rpartition(".")[0]
        definition = _rules(constraint)
    elif isinstance(constraint, sa.CheckConstraint):
        definition = check_sql(constraint, dialect)
    elif isinstance(constraint, ColumnCollectionConstraint):
        columns = tuple(column.name for column in constraint.columns)
    name = final_name(constraint, dialect)
    return Constraint(kind, name, definition, columns, referred)


def _rules(constraint: sa.ForeignKeyConstraint) -> str:
    """Return what a foreign key does, as SQL."""
    rules = [
        f"ON {event} {action}"
        for event, action in (("DELETE", constraint.ondelete), ("UPDATE", constraint.onupdate))
        if action
    ]
    if constraint.deferrable is not None:
        rules.append("DEFERRABLE" if constraint.deferrable else "NOT DEFERRABLE")
    if constraint.initially:
        rules.append(f"INITIALLY {constraint.initially}")
    return " ".join(rules)


def _type(type_: TypeEngine[Any] | type[TypeEngine[Any]], dialect: sa.Dialect) -> str:
    try:
        return sa.types.to_instance(type_).compile(dialect=dialect)
    except sa.exc.CompileError:  # a type of the other database
        return repr(sa.types.to_instance(type_))


def _known(default: Any, dialect: sa.Dialect) -> str | None:
    return UNTOLD if default is False else _default(default, dialect)


def _default(default: Any, dialect: sa.Dialect) -> str | None:
    """Return a server default as SQL; Alembic takes a string, an expression, or what holds one."""
    if default is None:
        return None
    if isinstance(default, (sa.Identity, sa.Computed)):
        return type(default).__name__.upper()
    argument = default.arg if isinstance(default, sa.DefaultClause) else default
    return repr(argument) if isinstance(argument, str) else _sql(argument, dialect)


def _sql(element: Any, dialect: sa.Dialect) -> str:
    if isinstance(element, sa.TextClause):
        return element.text
    if isinstance(element, str):
        return element
    try:
        options = {"literal_binds": True, "include_table": False}
        return str(element.compile(dialect=dialect, compile_kwargs=options))
    except (sa.exc.CompileError, NotImplementedError, AttributeError):
        return UNTOLD


def table_of(operation: Any) -> Table:
    """Return the table that an operation is on, by its name alone."""
    return Table(operation.table_name or "", operation.schema)


def column_name(operation: Any) -> str:
    """Return the name of the column that an operation is on, behind its table's."""
    return f"{table_of(operation).key}.{operation.column_name}"


def enum_of(operation: enums.EnumOp, values: tuple[str, ...] = ()) -> Enum:
    """Return the enum that an operation is on."""
    return Enum(operation.name, operation.schema, values)
