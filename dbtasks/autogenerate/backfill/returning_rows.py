"""Rows of a lookup table that an upgrade drops: its downgrade makes them of the values taken over.

A row to which nothing referred is gone, and so is what no column has taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.fills import enums_among
from dbtasks.autogenerate.backfill.inverses import Lookup, Place
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.sql import REVISION_DIALECT, quoted
from dbtasks.schema.facts import FOREIGN_KEY, Constraint, Table

Gap = Callable[[Table, sa.Column[Any]], MigrateOperation | None]
"""What a column gets of which nothing is known; None where it needs nothing."""


@dataclass(frozen=True)
class ReturningRows:
    """Makes the rows. `old` and `new` are the sides as the downgrade sees them."""

    old: DefinedSchema
    new: DefinedSchema
    lookups: Sequence[Lookup]
    gap: Gap

    def operations(self) -> list[FillTableOp]:
        """Return what gives rows to tables that come back."""
        found: dict[str, FillTableOp] = {}
        for key, holders in self._looked_up().items():
            self._note(found, key, holders, may_make_up=True)
        for key, holders in self._referring().items():
            if key not in found:
                self._note(found, key, holders, may_make_up=False)
        return list(found.values())

    def references(self, rows: Iterable[FillTableOp]) -> Iterator[tuple[Place, str]]:
        """Yield what finds again each column that referred to a table which gets rows."""
        filled = {(item.table_name, item.schema) for item in rows}
        for (key, outer), items in self._groups().items():
            table = self.new.schema.tables[key]
            if (table.name, table.schema) in filled:
                same = " AND ".join(
                    f"{_qualified(item.value)} = {self._text(item)}" for item in items
                )
                place = quoted(REVISION_DIALECT, table.schema, table.name)
                yield outer, f"(SELECT {_qualified(items[0].inner)} FROM {place} WHERE {same})"

    def _groups(self) -> Mapping[tuple[str, Place], list[Lookup]]:
        """Return the lookups in each table that goes, by the column that referred to it."""
        groups = defaultdict[tuple[str, Place], list[Lookup]](list)
        for item in self.lookups:
            key = item.value[0]
            comes_back = key in self.new.schema.tables and key not in self.old.schema.tables
            if comes_back and self._is_given(item.inner):
                groups[key, item.outer].append(item)
        return groups

    def _looked_up(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return, by table that comes back, the columns of those that hold its values."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        for (key, outer), items in self._groups().items():
            columns = {item.value[1]: self._text(item) for item in items}
            if all({*columns} == {*others} for others in found[key].values()):
                found[key][f"{outer[0]} {outer[1]}"] = columns
        return found

    def _referring(self) -> dict[str, dict[str, dict[str, str]]]:
        """Return the same of what stays, and is to refer to a table that comes back."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        for key, before in self.old.schema.tables.items():
            table = self.new.schema.tables.get(key)
            for fact in table.constraints if table is not None else ():
                goes_to = fact.referred
                is_new = goes_to in self.new.schema.tables and goes_to not in self.old.schema.tables
                stays = all(before.column(name) for name in fact.columns)
                if table is not None and fact.kind == FOREIGN_KEY and is_new and stays:
                    found[goes_to][f"{key} {fact.columns}"] = self._ends(table, fact)
        return found

    def _ends(self, table: Table, fact: Constraint) -> dict[str, str]:
        constraint = self.new.constraint(table, fact)
        assert isinstance(constraint, sa.ForeignKeyConstraint)
        return {
            element.target_fullname.rpartition(".")[2]: self._as_text((table.key, here))
            for element, here in zip(constraint.elements, fact.columns, strict=True)
        }

    def _note(
        self,
        found: dict[str, FillTableOp],
        key: str,
        holders: Mapping[str, Mapping[str, str]],
        *,
        may_make_up: bool,
    ) -> None:
        """Note the rows of a table, unless it needs values that nobody has."""
        columns = list(next(iter(holders.values())))
        table = self.new.schema.tables[key]
        values = self._others(table, columns)
        if values is None or (values and not may_make_up):
            return
        queries = (
            _query(holder.partition(" ")[0], [texts[name] for name in columns])
            for holder, texts in holders.items()
        )
        query = " UNION ".join(queries)
        types = enums_among(self.new.original(key, name) for name in columns)
        found[key] = FillTableOp(table.name, columns, query, values, table.schema, types)

    def _others(self, table: Table, columns: Sequence[str]) -> dict[str, Any] | None:
        """Return what the other columns get; None where one must have a value, and has none."""
        values: dict[str, Any] = {}
        for fact in table.columns:
            if fact.name in columns or self._is_given((table.key, fact.name)):
                continue
            gap = self.gap(table, self.new.original(table.key, fact.name))
            if isinstance(gap, FillOp) and gap.type_ is None and gap.model_type is None:
                values[fact.name] = gap.value
            elif gap is not None:
                return None
        return values

    def _is_given(self, place: Place) -> bool:
        """Whether the database gives a column its value."""
        column = self.new.original(*place)
        made = (column.server_default, column.computed, column.identity)
        counts = column.table.autoincrement_column is column
        return counts or any(item is not None for item in made)

    def _text(self, lookup: Lookup) -> str:
        return self._as_text(lookup.holder)

    def _as_text(self, place: Place) -> str:
        """Return a column as SQL; an enum as the text that it was."""
        is_enum = any(place in enum.uses for enum in self.old.schema.enums.values())
        name = _qualified(place)
        return f"CAST({name} AS VARCHAR)" if is_enum else name


def _query(key: str, values: Sequence[str]) -> str:
    schema, _, table = key.rpartition(".")
    place = quoted(REVISION_DIALECT, schema, table)
    filled = " AND ".join(f"{value} IS NOT NULL" for value in values)
    return f"SELECT DISTINCT {', '.join(values)} FROM {place} WHERE {filled}"


def _qualified(place: Place) -> str:
    name = quoted(REVISION_DIALECT, place[0].rpartition(".")[2])
    return f"{name}.{quoted(REVISION_DIALECT, place[1])}"
