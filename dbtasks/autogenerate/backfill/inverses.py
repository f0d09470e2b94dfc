"""How a downgrade finds again what an upgrade has moved, where the fill that moved it says so.

What `b = a` has filled is found by `a = b`; what `SELECT v.id FROM venues v WHERE v.name = venue`
has, by `SELECT venues.name FROM venues WHERE venues.id = gigs.venue_id`; and what went into a
table together with the key of its row, by that key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.sql_reads import SqlReader
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.sql import REVISION_DIALECT, quoted, sql_of_text
from dbtasks.schema.facts import Column, Schema, key_of

if TYPE_CHECKING:
    from sqlglot import exp

_TEXTS = {"VARCHAR", "CHARACTER VARYING", "TEXT"}

Place = tuple[str, str]
"""A table's key and one of its columns."""


@dataclass(frozen=True)
class Lookup:
    """SELECT value FROM other WHERE inner = outer, whose result a column `holder` has taken over.

    `outer` is a column of the holder's table, the other two are of another one.
    """

    holder: Place
    value: Place
    inner: Place
    outer: Place


@dataclass(frozen=True)
class Inverses:
    """Turns fills round. `old` and `new` are the schemas before and after the revision."""

    old: Schema
    new: Schema
    reader: SqlReader

    def of(self, operations: Iterable[MigrateOperation]) -> Iterator[tuple[Place, str]]:
        """Yield what fills each column that goes, and that something else holds afterwards."""
        for operation in operations:
            if (found := self._value(operation)) is not None:
                yield from self._of_fill(*found)
            elif isinstance(operation, FillTableOp):
                yield from self._of_rows(operation)

    def lookups(self, operations: Iterable[MigrateOperation]) -> Iterator[Lookup]:
        """Yield what was looked up in tables that go, by columns that go."""
        from sqlglot import exp

        for operation in operations:
            target, value = self._value(operation) or (("", ""), None)
            found = self._looked_up(target, value) if isinstance(value, exp.Select) else None
            if found is not None and found.value[0] not in self.new.tables:
                stays = found.outer[0] in self.new.tables
                is_gone = self._column(self.new, found.outer) is None
                if stays and (is_gone or found.outer == found.holder):
                    yield found

    def _value(self, operation: MigrateOperation) -> tuple[Place, exp.Expr] | None:
        """Return the column that all rows of a table are filled in, and with what."""
        from sqlglot import exp

        match operation:
            case FillOp(value=sa.TextClause() as value, where=None):
                name = operation.replaces or operation.column_name
                target = key_of(operation.table_name, operation.schema), name
                sql = sql_of_text(value, REVISION_DIALECT)
                statement = self.reader.statement(f"SELECT {sql}")
                if isinstance(statement, exp.Select):
                    return target, statement.expressions[0].unnest()
        return None

    def _of_fill(self, target: Place, value: exp.Expr) -> Iterator[tuple[Place, str]]:
        from sqlglot import exp

        if isinstance(value, exp.Column) and (source := self._place(value, target[0])):
            if source[0] == target[0] and self._comes_back(source, target):
                yield source, quoted(REVISION_DIALECT, target[1])
        elif isinstance(value, exp.Select) and (found := self._looked_up(target, value)):
            if self._comes_back(found.outer, found.inner, replaced=target):
                yield found.outer, _lookup(found.inner, found.value, target)
            if self._comes_back(found.value, target):
                yield found.value, _lookup(target, found.outer, found.inner)

    def _looked_up(self, target: Place, query: exp.Select) -> Lookup | None:
        """Return SELECT x FROM other WHERE y = z in its parts; None where it is anything else."""
        found, condition = query.expressions[0], query.args.get("where")
        other = self._only_table(query)
        sides = _compared(condition.this) if condition is not None else ()
        places = [self._place(item, target[0], query) for item in (found, *sides)]
        if other is None or other == target[0] or len(places) != 3 or None in places:
            return None
        value, *keys = places
        inner = next((key for key in keys if key and key[0] == other), None)
        outer = next((key for key in keys if key and key[0] == target[0]), None)
        if value is None or inner is None or outer is None or value[0] != other:
            return None
        return Lookup(target, value, inner, outer)

    def _of_rows(self, operation: FillTableOp) -> Iterator[tuple[Place, str]]:
        """Yield the way back of what went into a table beside the key of its row."""
        from sqlglot import exp

        target = key_of(operation.table_name, operation.schema)
        query = self.reader.statement(operation.query)
        source = self._only_table(query) if isinstance(query, exp.Select) else None
        if source is None or source == target or source not in self.old.tables:
            return
        assert isinstance(query, exp.Select)
        pairs = zip(query.expressions, operation.columns, strict=False)
        moved = {self._place(item.unalias(), source, query): name for item, name in pairs}
        keys = self.old.tables[source].primary_key
        if len(keys) != 1 or (source, keys[0]) not in moved:
            return
        key = target, moved[source, keys[0]]
        for place, name in moved.items():
            if place is not None and self._comes_back(place, (target, name)):
                yield place, _lookup((target, name), key, (source, keys[0]))

    def _only_table(self, query: exp.Select) -> str | None:
        """Return the one table of a query that yields a row for each of its rows, or some."""
        from sqlglot import exp

        tables = list(query.find_all(exp.Table))
        if len(tables) != 1 or query.find(*_others()) is not None:
            return None
        is_quoted = bool(tables[0].this.args.get("quoted"))
        return self.reader.names.table(tables[0].db, tables[0].name, is_quoted=is_quoted)

    def _place(self, item: exp.Expr, row: str, query: exp.Select | None = None) -> Place | None:
        """Return the column that an expression is, of the table of a query or of the row."""
        from sqlglot import exp

        if not isinstance(item, exp.Column) or isinstance(item.this, exp.Star):
            return None
        inner = self._only_table(query) if query is not None else None
        table = query.find(exp.Table) if query is not None else None
        is_quoted = bool(item.this.args.get("quoted"))
        is_inner = table is not None and item.table == table.alias_or_name
        for key in [inner] if is_inner else [row] if item.table else [inner, row]:
            name = key and self.reader.names.column(key, item.name, is_quoted=is_quoted)
            if key and name:
                return key, name
        return None

    def _comes_back(self, place: Place, holder: Place, replaced: Place | None = None) -> bool:
        """Whether a column goes, of a table that stays, and what holds its values has its type.

        One that is `replaced` keeps its name, and gets other values.
        """
        gone, kept = self._column(self.old, place), self._column(self.new, holder)
        is_gone = self._column(self.new, place) is None or place == replaced
        stays = place[0] in self.new.tables and is_gone
        return stays and gone is not None and kept is not None and _is_alike(gone, kept)

    def _column(self, schema: Schema, place: Place) -> Column | None:
        table = schema.tables.get(place[0])
        return None if table is None else table.column(place[1])


def _is_alike(one: Column, other: Column) -> bool:
    """Whether the values of one column go into another as they are; lengths may differ."""
    types = [column.type.upper().partition("(")[0].strip() for column in (one, other)]
    return types[0] == types[1] or _TEXTS.issuperset(types)


def _others() -> tuple[type[exp.Expr], ...]:
    """Return what makes a query yield anything but rows of one table as they are."""
    from sqlglot import exp

    return exp.Join, exp.Group, exp.Having, exp.Distinct, exp.With, exp.AggFunc, exp.Subquery


def _compared(condition: exp.Expr) -> tuple[exp.Expr, ...]:
    """Return the two sides of an equation."""
    from sqlglot import exp

    plain = condition.unnest()
    return (plain.this, plain.expression) if isinstance(plain, exp.EQ) else ()


def _lookup(value: Place, key: Place, row: Place) -> str:
    """Return the query for a value by a key, which is that of the row."""
    schema, _, table = value[0].rpartition(".")
    place = quoted(REVISION_DIALECT, schema, table)
    names = (_qualified(item) for item in (value, key, row))
    found, inner, outer = names
    return f"(SELECT {found} FROM {place} WHERE {inner} = {outer} LIMIT 1)"


def _qualified(place: Place) -> str:
    name = quoted(REVISION_DIALECT, place[0].rpartition(".")[2])
    return f"{name}.{quoted(REVISION_DIALECT, place[1])}"
