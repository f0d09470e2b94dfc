"""What env.py's filters leave out, asked as Alembic asks them.

A table, or a part of one, that the models have is asked for as theirs, with what the database has
in its place; what the database alone has is asked for as it is reflected. (Alembic,
EnvironmentContext.configure)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from dbtasks.operations.constraint_kinds import columns_of, constraints_of, kind_of
from dbtasks.operations.names import full_name
from dbtasks.schema import Schema, Table
from dbtasks.schema.facts import FOREIGN_KEY, UNIQUE, Constraint, key_of

Tables = Callable[[str, str | None], sa.Table]
"""Gives the table of a name and schema as the database has it, in SQLAlchemy's words."""

_CONSTRAINTS = {UNIQUE: "unique_constraint", FOREIGN_KEY: "foreign_key_constraint"}
"""The constraints that Alembic asks for, by what it calls them."""


class Filter:
    """Asks env.py's `include_name` and `include_object`.

    `models` is the target metadata. `actual` are the facts of the database, unfiltered; `reflect`
    gives its tables.
    """

    def __init__(
        self, models: sa.MetaData, options: Mapping[str, Any], actual: Schema, reflect: Tables
    ) -> None:
        self._models = models
        self._actual = actual
        self.reflect = reflect
        self._include_name = options.get("include_name")
        self._include_object = options.get("include_object")
        self._lets_all_pass = self._include_name is None and self._include_object is None

    def applied(self, schema: Schema) -> Schema:
        """Return the facts of either side without what is left out."""
        if self._lets_all_pass:
            return schema
        tables = {
            key: self._parts(table)
            for key, table in schema.tables.items()
            if self.includes_table(table.name, table.schema)
        }
        return replace(schema, tables=tables)

    def includes_table(self, name: str, schema: str | None) -> bool:
        """Whether a table counts."""
        if self._lets_all_pass:
            return True  # To reflect a table takes long.
        parents = {"schema_name": schema}
        return self._is_included(
            name, "table", parents, self._declared(name, schema), self._live(name, schema)
        )

    def _parts(self, table: Table) -> Table:
        declared = self._declared(table.name, table.schema)
        live = self._live(table.name, table.schema)
        parents = {"schema_name": table.schema, "table_name": table.name}
        # As for Alembic, a table that comes or goes does so whole, its indexes apart.
        is_whole = declared is None or live is None

        def counts(kind: str, name: str) -> bool:
            return self._is_included(
                name, kind, dict(parents), _part(declared, kind, name), _part(live, kind, name)
            )

        def stays(item: Constraint) -> bool:
            kind = _CONSTRAINTS.get(item.kind)
            ours, theirs = _constraint(declared, item), _constraint(live, item)
            return kind is None or self._is_included(item.name, kind, dict(parents), ours, theirs)

        return replace(
            table,
            columns=tuple(
                item for item in table.columns if is_whole or counts("column", item.name)
            ),
            indexes=tuple(item for item in table.indexes if counts("index", item.name)),
            constraints=tuple(item for item in table.constraints if is_whole or stays(item)),
        )

    def _is_included(
        self, name: str | None, kind: str, parents: dict[str, Any], declared: Any, live: Any
    ) -> bool:
        """Ask for what is declared, live, or both; for a name only where the database has it."""
        include_name = self._include_name if live is not None else None
        if include_name is not None and not include_name(name, kind, parents):
            return False
        if self._include_object is None or (declared is None and live is None):
            return True
        item, is_reflected = (live, True) if declared is None else (declared, False)
        counterpart = None if is_reflected else live
        return bool(self._include_object(item, name, kind, is_reflected, counterpart))

    def _declared(self, name: str, schema: str | None) -> sa.Table | None:
        return self._models.tables.get(key_of(name, schema))

    def _live(self, name: str, schema: str | None) -> sa.Table | None:
        return self.reflect(name, schema) if key_of(name, schema) in self._actual.tables else None


def _part(table: sa.Table | None, kind: str, name: str) -> Any:
    """Return the column or index of a table by its name; None where it has none."""
    if table is None:
        return None
    if kind == "column":
        return table.columns.get(name)
    return next((item for item in table.indexes if full_name(item) == name), None)


def _constraint(table: sa.Table | None, fact: Constraint) -> sa.Constraint | None:
    """Return the constraint of a table that a fact is about: by its name, or by its columns.

    One side may have no name for it, or another.
    """
    constraints = () if table is None else constraints_of(table)
    found = [item for item in constraints if kind_of(item) == fact.kind]
    by_name = (item for item in found if full_name(item) == fact.name)
    by_columns = (item for item in found if columns_of(item) == fact.columns)
    return next(by_name, None) or next(by_columns, None)
