"""What the operations on an enumerated type make of the column types that name it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.operations import enums
from dbtasks.operations.sql import text_literal
from dbtasks.types import ListOf


def with_enum_operation(type_: TypeEngine[Any], operation: enums.EnumOp) -> TypeEngine[Any]:
    """Return a column's type after an operation, inside of arrays too."""
    if isinstance(type_, ListOf):
        return ListOf(with_enum_operation(type_.item_type, operation))
    if isinstance(type_, sa.ARRAY):
        item = with_enum_operation(type_.item_type, operation)
        return type(type_)(item, dimensions=type_.dimensions)
    if not isinstance(type_, sa.Enum) or (type_.name, type_.schema) != (
        operation.name,
        operation.schema,
    ):
        return type_
    name = operation.values[0] if isinstance(operation, enums.RenameEnumOp) else type_.name
    return sa.Enum(
        *_values(list(type_.enums), operation),
        name=name,
        schema=type_.schema,
        native_enum=type_.native_enum,
        create_constraint=type_.create_constraint,
    )


def default_after(default: Any, operation: enums.EnumOp) -> Any:
    """Return a column's server default after an operation on its type."""
    if not isinstance(default, sa.DefaultClause) or not isinstance(
        operation, enums.RenameEnumValueOp
    ):
        return default
    old, new = operation.values
    if default.arg == old:
        return sa.DefaultClause(new)
    if isinstance(default.arg, sa.TextClause) and default.arg.text == text_literal(old):
        return sa.DefaultClause(sa.text(text_literal(new)))
    return default


def _values(values: list[str], operation: enums.EnumOp) -> list[str]:
    match operation:
        case enums.AddEnumValueOp():
            place = len(values) if operation.before is None else values.index(operation.before)
            return [*values[:place], operation.values[0], *values[place:]]
        case enums.ReplaceEnumOp():
            return list(operation.values)
        case enums.RenameEnumValueOp():
            old, new = operation.values
            return [new if value == old else value for value in values]
        case _:
            return values
