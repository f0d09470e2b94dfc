"""Which schemas models name, for their tables and for types that stand in one of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Dialect, MetaData
from sqlalchemy.types import TypeDecorator, TypeEngine


def named_schemas(metadata: MetaData, dialect: Dialect) -> set[str]:
    """Return the schemas by name, the default one left out."""
    tables = metadata.tables.values()
    found = {table.schema for table in tables}
    found |= {schema_of(column.type, dialect) for table in tables for column in table.columns}
    return {schema for schema in found if schema}


def schema_of(type_: TypeEngine[Any], dialect: Dialect) -> str | None:
    """Return the schema of an enumerated type or a domain, in an array too; None without one."""
    type_ = type_.dialect_impl(dialect)
    if isinstance(type_, TypeDecorator):
        return schema_of(type_.load_dialect_impl(dialect), dialect)
    if isinstance(type_, ARRAY):
        return schema_of(type_.item_type, dialect)
    return getattr(type_, "schema", None)
