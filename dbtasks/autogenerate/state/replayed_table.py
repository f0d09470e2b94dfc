"""A table on its way through the history, and back into a SQLAlchemy table at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.state.definitions import bare_column, plain_type
from dbtasks.autogenerate.state.replayed_parts import ReplayedConstraint, ReplayedIndex, with_word
from dbtasks.operations.constraint_kinds import constraints_of
from dbtasks.operations.names import postgresql_name
from dbtasks.schema.facts import FOREIGN_KEY, PRIMARY_KEY, UNIQUE, key_of


@dataclass
class ReplayedTable:
    """A table: its columns, constraints and indexes as the operations left them.

    `options` go to SQLAlchemy.
    """

    name: str
    schema: str | None
    columns: dict[str, sa.Column[Any]] = field(default_factory=dict)
    constraints: list[ReplayedConstraint] = field(default_factory=list)
    indexes: dict[str, ReplayedIndex] = field(default_factory=dict)
    comment: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def add(self, table: sa.Table) -> None:
        """Add what a SQLAlchemy table holds, which may be one column of it."""
        for column in table.columns:
            self.columns[column.name] = bare_column(column)
        for constraint in constraints_of(table):
            self.add_constraint(constraint)
        for index in table.indexes:
            self.add_index(index)

    def add_index(self, index: sa.Index) -> None:
        """Add an index."""
        recorded = ReplayedIndex.of(index)
        self.indexes[recorded.name] = recorded

    def drop_index(self, name: str) -> None:
        """Drop the index that a revision calls by a name, if it is on this table."""
        wanted = postgresql_name(name)
        kept = (item for item in self.indexes.values() if postgresql_name(item.name) != wanted)
        self.indexes = {item.name: item for item in kept}

    def add_constraint(self, constraint: sa.Constraint) -> None:
        """Add a constraint; a primary key takes the place of the one before."""
        recorded = ReplayedConstraint.of(constraint)
        if recorded is None:
            return
        if recorded.kind == PRIMARY_KEY:
            self.constraints = [item for item in self.constraints if item.kind != PRIMARY_KEY]
        self.constraints.append(recorded)

    def constraint(self, name: str) -> ReplayedConstraint:
        """Return the constraint that a revision calls by a name. Raises `StopIteration`."""
        wanted = postgresql_name(name)  # as a revision from there calls it
        names = ((item, item.called(self.name)) for item in self.constraints)
        return next(item for item, called in names if postgresql_name(called) == wanted)

    def rename_constraint(self, old: str, new: str) -> None:
        """Give a constraint another name. Raises `StopIteration` where there is none."""
        found = self.constraint(old)
        place = self.constraints.index(found)
        self.constraints[place] = replace(found, name=new)

    def copy(self) -> ReplayedTable:
        """Return the same table, to go on from by itself."""
        return replace(
            self,
            columns=dict(self.columns),
            constraints=list(self.constraints),
            indexes=dict(self.indexes),
        )

    def with_types(self, types: Mapping[str, TypeEngine[Any]]) -> ReplayedTable:
        """Return the same table with other types for the columns named."""
        table = self.copy()
        for name, type_ in types.items():
            table.columns[name] = bare_column(table.columns[name])
            table.columns[name].type = plain_type(type_)
        return table

    def references(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return what this table refers to: tables by their keys, with the columns."""
        targets = (item.referred for item in self.constraints if item.kind == FOREIGN_KEY)
        return [(key_of(table, schema), columns) for schema, table, columns in targets]

    def with_keys_alone(self, keys: Iterable[tuple[str, ...]]) -> ReplayedTable:
        """Return a table of the same name with nothing but these columns, each group a key."""
        groups = [group for group in keys if all(name in self.columns for name in group)]
        columns = {
            name: sa.Column(name, plain_type(self.columns[name].type))
            for group in groups
            for name in group
        }
        unique = [ReplayedConstraint(UNIQUE, None, group) for group in groups]
        return ReplayedTable(self.name, self.schema, columns, unique)

    def drop_column(self, name: str) -> None:
        """Drop a column with the constraints and indexes that need it."""
        del self.columns[name]
        self.constraints = [item for item in self.constraints if name not in item.columns]
        self.indexes = {key: item for key, item in self.indexes.items() if not item.needs(name)}

    def rename_column(self, old: str, new: str) -> None:
        """Rename a column, and in all that names it."""
        renamed: dict[str, sa.Column[Any]] = {}
        for name, known in self.columns.items():
            column = bare_column(known)
            if name == old:
                column.name = column.key = new
            if isinstance(column.server_default, sa.Computed):
                _rename_in_computed(column, old, new)
            renamed[column.name] = column
        self.columns = renamed
        self.constraints = [item.with_column(old, new) for item in self.constraints]
        indexes = self.indexes.items()
        self.indexes = {key: item.with_column(old, new) for key, item in indexes}

    def built(self, metadata: sa.MetaData) -> sa.Table:
        """Return the table, in `metadata`."""
        items: list[SchemaItem] = [bare_column(column) for column in self.columns.values()]
        items += [item.built() for item in self.constraints]
        items += [item.built() for item in self.indexes.values()]
        return sa.Table(
            self.name,
            metadata,
            *items,
            schema=self.schema,
            comment=self.comment,
            **self.options,
        )


def _rename_in_computed(column: sa.Column[Any], old: str, new: str) -> None:
    computed = column.server_default
    assert isinstance(computed, sa.Computed)
    column.server_default = None
    sql = with_word(str(computed.sqltext), old, new)
    sa.Column("made", sa.Integer(), made := sa.Computed(sql, persisted=computed.persisted))
    column.server_default = column.computed = made
