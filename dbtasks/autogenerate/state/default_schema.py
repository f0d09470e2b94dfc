"""The schema in which a database makes what names none: said out loud, it is the same."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.types import SchemaType, TypeEngine

from dbtasks.databases import backend_of
from dbtasks.project.handed_over import Models


def without_default_schema(models: Models, connection: sa.Connection) -> Models:
    """Return models of which nothing names the schema that is the connection's default one.

    They are the same object where nothing does.
    """
    default = backend_of(connection).default_schema(connection)
    if default not in set(_schemas(models.metadata)):
        return models
    return replace(models, targets=(_unsaid(models.metadata, default),))


def _schemas(metadata: sa.MetaData) -> list[str | None]:
    tables = metadata.tables.values()
    types = (column.type for table in tables for column in table.columns)
    own = (_schema_of(type_) for type_ in types)
    return [*(table.schema for table in tables), *own]


def _unsaid(metadata: sa.MetaData, default: str) -> sa.MetaData:
    def referred(
        _table: sa.Table, _to: str | None, _key: sa.ForeignKeyConstraint, schema: str | None
    ) -> str | None:
        return sa.BLANK_SCHEMA if schema in {default, None} else schema  # type: ignore[return-value]

    copied = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        place = None if table.schema == default else table.schema
        # None is documented, and missing in the types.
        copy = table.to_metadata(copied, schema=place, referred_schema_fn=referred)  # type: ignore[arg-type]
        for column in copy.columns:
            if _schema_of(column.type) == default:
                column.type.schema = None  # type: ignore[attr-defined]
    return copied


def _schema_of(type_: TypeEngine[object]) -> str | None:
    # A Boolean is a SchemaType, and has none before SQLAlchemy 2.1.
    return getattr(type_, "schema", None) if isinstance(type_, SchemaType) else None
