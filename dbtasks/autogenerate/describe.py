"""Operations as people read them, a line each: `+ gigs.venue VARCHAR(40) NULL`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeEngine

from dbtasks.values import Change


def describe(operations: ops.OpContainer, dialect: Dialect) -> tuple[Change, ...]:
    """Return the changes that `operations` make, in their order."""
    return tuple(change for op in operations.ops for change in _changes(op, dialect))


@singledispatch
def _changes(operation: object, dialect: Dialect) -> Iterator[Change]:  # noqa: ARG001
    yield Change("~", type(operation).__name__)


@_changes.register
def _container(operation: ops.OpContainer, dialect: Dialect) -> Iterator[Change]:
    for inner in operation.ops:
        yield from _changes(inner, dialect)


@_changes.register
def _create_table(operation: ops.CreateTableOp, dialect: Dialect) -> Iterator[Change]:
    columns = [item.name for item in operation.columns if isinstance(item, Column)]
    del dialect
    yield Change("+", f"{_table(operation)} ({', '.join(columns)})")


@_changes.register
def _drop_table(operation: ops.DropTableOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("-", f"{_table(operation)} (table)")


@_changes.register
def _rename_table(operation: ops.RenameTableOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("~", f"{_table(operation)} renamed to {operation.new_table_name}")


@_changes.register
def _add_column(operation: ops.AddColumnOp, dialect: Dialect) -> Iterator[Change]:
    column = operation.column
    null = "NULL" if column.nullable else "NOT NULL"
    default = ""
    if column.server_default is not None:
        specification = str(CreateColumn(column).compile(dialect=dialect))
        default = _between(specification, " DEFAULT ")
    type_ = type_text(column.type, dialect)
    yield Change("+", f"{_table(operation)}.{column.name} {type_} {null}{default}")


@_changes.register
def _drop_column(operation: ops.DropColumnOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("-", f"{_table(operation)}.{operation.column_name}")


@_changes.register
def _alter_column(operation: ops.AlterColumnOp, dialect: Dialect) -> Iterator[Change]:
    name = f"{_table(operation)}.{operation.column_name}"
    if operation.modify_name is not None:
        yield Change("~", f"{name} renamed to {operation.modify_name}")
    if operation.modify_type is not None:
        old = type_text(operation.existing_type, dialect) if operation.existing_type else "?"
        yield Change("~", f"{name} {old} -> {type_text(operation.modify_type, dialect)}")
    if operation.modify_nullable is not None:
        yield Change("~", f"{name} {'NULL' if operation.modify_nullable else 'NOT NULL'}")
    if operation.modify_server_default is not False:
        yield Change("~", f"{name} default {_default_text(operation.modify_server_default)}")
    if operation.modify_comment is not False:
        yield Change("~", f"{name} comment {operation.modify_comment!r}")


@_changes.register
def _create_index(operation: ops.CreateIndexOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    columns = ", ".join(str(getattr(column, "name", column)) for column in operation.columns)
    unique = "unique " if operation.unique else ""
    yield Change("+", f"{unique}index {operation.index_name} on {_table(operation)} ({columns})")


@_changes.register
def _drop_index(operation: ops.DropIndexOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("-", f"index {operation.index_name} on {_table(operation)}")


@_changes.register
def _add_constraint(operation: ops.AddConstraintOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    constraint = operation.to_constraint()
    table = constraint.table.name if constraint.table is not None else "?"
    yield Change("+", f"{_kind(constraint)} {constraint.name or '(unnamed)'} on {table}")


@_changes.register
def _drop_constraint(operation: ops.DropConstraintOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    kind = (operation.constraint_type or "constraint").replace("foreignkey", "foreign key")
    yield Change("-", f"{kind} {operation.constraint_name or '(unnamed)'} on {_table(operation)}")


@_changes.register
def _table_comment(operation: ops.CreateTableCommentOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("~", f"{_table(operation)} comment {operation.comment!r}")


@_changes.register
def _no_table_comment(operation: ops.DropTableCommentOp, dialect: Dialect) -> Iterator[Change]:
    del dialect
    yield Change("~", f"{_table(operation)} comment removed")


def type_text(type_: TypeEngine[Any], dialect: Dialect) -> str:
    """Return a type as the database spells it; its repr where the dialect has no spelling."""
    try:
        return type_.compile(dialect=dialect)
    except Exception:
        return repr(type_)


def _table(operation: Any) -> str:
    schema = f"{operation.schema}." if getattr(operation, "schema", None) else ""
    return f"{schema}{operation.table_name}"


def _kind(constraint: object) -> str:
    name = type(constraint).__name__.removesuffix("Constraint")
    return {"ForeignKey": "foreign key", "PrimaryKey": "primary key"}.get(name, name.lower())


def _default_text(default: Any) -> str:
    if default is None:
        return "removed"
    return str(getattr(default, "arg", default))


def _between(specification: str, start: str) -> str:
    _, found, rest = specification.partition(start)
    return f"{start}{rest.removesuffix(' NOT NULL')}" if found else ""
