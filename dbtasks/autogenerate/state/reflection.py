"""The database as it is, seen through the filters of env.py."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import conv

from dbtasks.databases import backend_of
from dbtasks.schema import Schema, Table
from dbtasks.schema.facts import UNIQUE, key_of
from dbtasks.schema.schema_names import named_schemas

DEFAULT_VERSION_TABLE = "alembic_version"
LEFTOVER = "_alembic_tmp_"
"""What the tables begin with that Alembic's own batches leave behind where they fail."""


def reflected_schema(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any]
) -> Schema:
    """Return the facts of the schemas that the models use, filtered."""
    backend = backend_of(connection)
    named = named_schemas(metadata, connection.dialect)
    if options.get("include_schemas"):
        named |= backend.schema_names(connection)
    return filtered(backend.read_schema(connection, named), metadata, options)


def filtered(schema: Schema, metadata: sa.MetaData, options: Mapping[str, Any]) -> Schema:
    """Return the facts without Alembic's own tables, and without what env.py's filters leave out.

    `include_name` and `include_object` are asked as Alembic asks them. (Alembic,
    EnvironmentContext.configure)
    """
    version = key_of(
        options.get("version_table", DEFAULT_VERSION_TABLE), options.get("version_table_schema")
    )
    included = _Filter(metadata, options)
    tables = {
        key: included.parts(table)
        for key, table in schema.tables.items()
        if key != version and not table.name.startswith(LEFTOVER) and included.table(table)
    }
    return replace(schema, tables=tables)


def leftovers(connection: sa.Connection) -> tuple[str, ...]:
    """Return what to say of tables that a failed batch of Alembic's own has left, a line each."""
    quote = connection.dialect.identifier_preparer.quote
    names = [n for n in sa.inspect(connection).get_table_names() if n.startswith(LEFTOVER)]
    return tuple(
        f"{name} was left by a batch of plain Alembic that failed, and is in the way of the next. "
        f"Unless it holds the only copy of rows: DROP TABLE {quote(name)}"
        for name in names
    )


def reflected(connection: sa.Connection, live: Schema) -> Callable[[str, str | None], sa.Table]:
    """Return a function that makes SQLAlchemy's table of what the database has."""
    metadata, backend = sa.MetaData(), backend_of(connection)

    def table(name: str, schema: str | None) -> sa.Table:
        facts = live.tables[key_of(name, schema)]
        arguments = backend.table_arguments(facts)
        prefix = f"{connection.dialect.name}_"
        # SQLAlchemy hands these on to what it caches reflection by, where a dict is no key.
        options = {key: arguments.pop(key) for key in list(arguments) if key.startswith(prefix)}
        with warnings.catch_warnings():
            # What reflection does not know, the facts know.
            warnings.simplefilter("ignore")
            made = sa.Table(name, metadata, schema=schema, autoload_with=connection, **arguments)
        made.dialect_kwargs.update(options)
        if not backend.keeps_annotations:
            for column in made.columns:
                column.type = _portable(column.type)
        named: list[sa.Constraint | sa.Index] = [*made.constraints, *made.indexes]
        for item in named:
            if isinstance(item.name, str):
                item.name = conv(item.name)  # The database has it; no convention adds to it.
        return made

    return table


def _portable(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return a type under a name that PostgreSQL has too: SQLite's DATETIME and BLOB are none."""
    return type_.as_generic() if isinstance(type_, (sa.DateTime, sa.LargeBinary)) else type_


def reflected_columns(inspector: sa.Inspector, table: str, schema: str | None) -> list[Any]:
    """Return what SQLAlchemy says of a table's columns, without a word on types unknown to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return list(inspector.get_columns(table, schema=schema))


class _Filter:
    """Asks env.py's `include_name` and `include_object` about facts."""

    def __init__(self, metadata: sa.MetaData, options: Mapping[str, Any]) -> None:
        self.metadata = metadata
        self.include_name = options.get("include_name")
        self.include_object = options.get("include_object")

    def table(self, table: Table) -> bool:
        """Whether a table counts."""
        declared = self.metadata.tables.get(table.key)
        stand_in = sa.Table(table.name, sa.MetaData(), schema=table.schema)
        item = stand_in if declared is None else declared
        return self._asked(item, table.name, "table", {"schema_name": table.schema}, declared)

    def parts(self, table: Table) -> Table:
        """Return a table with those of its parts that count."""
        if self.include_name is None and self.include_object is None:
            return table
        parents = {"schema_name": table.schema, "table_name": table.name}

        def counts(kind: str, name: str | None) -> bool:
            stand_in = sa.Column(name or "", sa.Integer()) if kind == "column" else sa.Index(name)
            return self._asked(stand_in, name, kind, dict(parents), None)

        kinds = {UNIQUE: "unique_constraint", "foreign key": "foreign_key_constraint"}
        return replace(
            table,
            columns=tuple(c for c in table.columns if counts("column", c.name)),
            indexes=tuple(i for i in table.indexes if counts("index", i.name)),
            constraints=tuple(
                c for c in table.constraints if c.kind not in kinds or counts(kinds[c.kind], c.name)
            ),
        )

    def _asked(
        self, item: Any, name: str | None, kind: str, parents: dict[str, Any], declared: Any
    ) -> bool:
        if self.include_name is not None and not self.include_name(name, kind, parents):
            return False
        reflected_only = declared is None
        return self.include_object is None or bool(
            self.include_object(item, name, kind, reflected_only, declared)
        )
