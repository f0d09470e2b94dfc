"""What a downgrade gives to rows that it has never seen.

What an upgrade drops is gone. Where the downgrade must have a value nevertheless, it takes one
that stands for none and that the table's own rules allow; where there is none, it says so.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.backfill.fills import fill, new_key_fill, server_fill, text_fill
from dbtasks.autogenerate.backfill.inverses import Lookup
from dbtasks.autogenerate.backfill.key_references import KeyReference
from dbtasks.autogenerate.backfill.portable_values import without_decorators
from dbtasks.autogenerate.backfill.returning_rows import ReturningRows
from dbtasks.autogenerate.backfill.sql_reads import SqlReader
from dbtasks.autogenerate.backfill.upgrade import Backfill, BackfillOperation
from dbtasks.autogenerate.state.definitions import DefinedSchema, check_sql
from dbtasks.databases import backend_of
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.type_families import family
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import REVISION_DIALECT, literal_sql, quoted
from dbtasks.schema.facts import CHECK, PRIMARY_KEY, UNIQUE, Constraint, Enum, Index, Table, key_of

_DIFFERS = re.compile(r"random|uuid|nextval|clock_timestamp", re.IGNORECASE)
"""What a default contains that is another one for each row."""

_ALSO_NULLS = "NULLS NOT DISTINCT"
"""What PostgreSQL says of a key in which two rows without a value are the same."""

_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "text": ("", "-"),
    "integer": (0, 1, -1, 100),
    "numeric": (0, 1, -1, 100),
    "float": (0, 1, -1, 100),
    "boolean": (False, True),
    "datetime": (dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)),
    "date": (dt.date(1970, 1, 1), dt.date(2100, 1, 1)),
    "time": (dt.time(0), dt.time(12)),
    "json": ({},),
    "array": ([],),
    "uuid": (uuid.UUID(int=0), str(uuid.UUID(int=0))),  # a Uuid may take either
    "binary": (b"",),
}


class DowngradeBackfill(Backfill):
    """Knows no rows. `old` and `new` are the sides as the downgrade sees them.

    `restored` holds the SQL that finds again what an upgrade has moved, by table and column;
    `lookups` what it has looked up in tables that it drops.
    """

    def __init__(
        self,
        connection: sa.Connection,
        old: DefinedSchema,
        new: DefinedSchema,
        reader: SqlReader,
        restored: Mapping[tuple[str, str], str],
        lookups: Sequence[Lookup],
    ) -> None:
        super().__init__(reader)
        self.connection = connection
        self.old = old
        self.new = new
        returning = ReturningRows(old, new, lookups, self.new_column)
        self.rows = returning.operations()
        self.restored = {**dict(returning.references(self.rows)), **restored}

    def new_column(self, table: Table, column: sa.Column[Any]) -> BackfillOperation | None:
        """Return a value that stands for none, or the refusal of rows.

        A default will do, unless rows must differ and it gives all of them the same.
        """
        default = column.server_default
        if default is None:
            may_stay_empty = column.nullable and not self._must_differ(
                table, column.name, _ALSO_NULLS
            )
            return None if may_stay_empty else self._value(table, column)
        return self._value(table, column) if self._clashes(table, column, default) else None

    def restored_column(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what the upgrade has moved elsewhere."""
        sql = self.restored.get((table.key, str(column.name)))
        return None if sql is None else text_fill(table, column, sql)

    def replacement(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what the upgrade has replaced by something else."""
        return self.restored_column(table, column)

    def new_rows(self) -> list[FillTableOp]:
        """Return what was taken over from tables that come back; others are empty."""
        return self.rows

    def tightened_column(self, table: Table, column: sa.Column[Any]) -> BackfillOperation | None:
        """Return the server default, or a value that stands for none."""
        gap = server_fill(table, column) or self._value(table, column)
        if isinstance(gap, RefuseRowsOp):
            gap.where = f"{quoted(REVISION_DIALECT, column.name)} IS NULL"
        return gap

    def _value(self, table: Table, column: sa.Column[Any]) -> BackfillOperation:
        stored = sa.Column(column.name, without_decorators(column.type))
        for value in self._candidates(table, column):
            found = fill(table, stored, value, backend_of(self.connection))
            if found is not None and self._is_allowed(table, stored, value):
                return found
        reason = f"what {table.key}.{column.name} held is gone"
        return RefuseRowsOp(table.name, reason, schema=table.schema)

    def _candidates(self, table: Table, column: sa.Column[Any]) -> Iterator[Any]:
        if column.foreign_keys:
            yield from self._references(column)
        elif self._must_differ(table, column.name):
            yield from self._own_keys(table, column)
        elif isinstance(column.type, sa.Enum):
            yield from column.type.enums
        else:
            yield from _NEUTRAL.get(family(column.type, REVISION_DIALECT), ())

    def _clashes(self, table: Table, column: sa.Column[Any], default: Any) -> bool:
        """Whether a default gives the same value to rows that must differ in it."""
        is_same = isinstance(default, sa.DefaultClause) and not _DIFFERS.search(str(default.arg))
        return is_same and self._must_differ(table, column.name)

    def _must_differ(self, table: Table, name: str, words: str = "") -> bool:
        """Whether a unique key needs a column to be one; it may be one already without it.

        Of those keys alone that are defined by `words`, where there are any. The rows that the
        downgrade meets differ in the keys of before it too.
        """
        before = self.old.schema.tables.get(table.key)
        known = [key for key, _ in (*_keys(table, name), *(_keys(before, name) if before else ()))]
        return any(
            words in definition
            and name in key
            and not any(other <= key - {name} for other in known)
            for key, definition in _keys(table, name)
        )

    def _references(self, column: sa.Column[Any]) -> Iterator[Any]:
        """Yield a row to refer to, of a table that has been there all the time."""
        for reference in column.foreign_keys:
            key, _, name = reference.target_fullname.rpartition(".")
            if key in self.old.schema.tables:
                schema, _, table = key.rpartition(".")
                place = quoted(REVISION_DIALECT, schema, table)
                yield sa.text(f"(SELECT min({quoted(REVISION_DIALECT, name)}) FROM {place})")

    def _own_keys(self, table: Table, column: sa.Column[Any]) -> Iterator[Any]:
        """Yield an expression that differs from row to row: the key that rows have so far."""
        before = self.old.schema.tables.get(table.key)
        key = before.primary_key if before is not None else ()
        if len(key) != 1:
            return
        own = quoted(REVISION_DIALECT, key[0])
        wanted = family(column.type, REVISION_DIALECT)
        if wanted == "text":
            yield sa.text(f"CAST({own} AS VARCHAR)")
        elif (
            wanted
            == family(self.old.original(table.key, key[0]).type, REVISION_DIALECT)
            == "integer"
        ):
            yield sa.text(own)

    def _is_allowed(self, table: Table, column: sa.Column[Any], value: Any) -> bool:
        """Whether the checks on this column alone let a value pass, one of other rows never."""
        conditions = list(self._conditions(table, column.name))
        if not conditions or isinstance(value, sa.TextClause):
            return not conditions
        literal = sa.literal(value, None if isinstance(value, str) else column.type)
        row = sa.select(sa.cast(literal, column.type).label(column.name)).subquery()
        condition = literal_sql(" AND ".join(f"({item})" for item in conditions))
        query = sa.select(sa.func.count()).select_from(row).where(condition)
        try:
            with rolled_back(self.connection):
                return bool(self.connection.scalar(query))
        except sa.exc.SQLAlchemyError:
            return False

    def _conditions(self, table: Table, name: str) -> Iterator[str]:
        for item in table.constraints:
            if item.kind == CHECK and item.columns == (name,):
                constraint = self.new.constraint(table, item)
                assert isinstance(constraint, sa.CheckConstraint)
                yield check_sql(constraint, self.new.dialect)

    def new_reference(self, table: Table, constraint: Constraint) -> RefuseRowsOp | None:
        """Return the refusal of rows that refer to a table, if it comes back empty."""
        if any(key_of(item.table_name, item.schema) == constraint.referred for item in self.rows):
            return None
        columns = [quoted(REVISION_DIALECT, name) for name in constraint.columns]
        condition = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        reason = f"{constraint.referred} comes back empty, which {', '.join(columns)} refers to"
        return RefuseRowsOp(table.name, reason, condition, table.schema)

    def numbered(self, table: Table, column: str) -> None:
        """Do nothing: there are no rows."""
        del table, column

    def lost_column(self, table: Table, name: str) -> list[str]:
        """Return nothing: that taking an addition back loses it is plain."""
        del table, name
        return []

    def lost_table(self, table: Table) -> list[str]:
        """Return nothing, as for a column."""
        del table
        return []

    def cast(self, table: Table, old: sa.Column[Any], new: sa.Column[Any]) -> list[str]:
        """Return nothing: there are no rows to try."""
        del table, old, new
        return []

    def new_key(self, table: Table, column: sa.Column[Any]) -> FillOp:
        """Return what the column's default makes, or else random ones."""
        return new_key_fill(table, column)

    def replaced_key(self, table: Table, name: str, references: Sequence[KeyReference]) -> None:
        """Do nothing: there are no rows to count."""
        del table, name, references

    def lost_values(self, enum: Enum, values: tuple[str, ...]) -> list[FillOp]:
        """Return nothing: the database itself refuses while rows have them."""
        del enum, values
        return []


def _keys(table: Table, name: str) -> Iterator[tuple[set[str], str]]:
    """Yield the columns of each unique key of a table, and how it is defined."""
    for item in table.constraints:
        if item.kind in {PRIMARY_KEY, UNIQUE}:
            yield set(item.columns), item.definition
    for index in table.indexes:
        if index.unique:
            yield _columns_of(index, name), index.definition


def _columns_of(index: Index, name: str) -> set[str]:
    """Return the columns of an index, this one too where an expression names it."""
    return {*index.columns, name} if name in index.definition else set(index.columns)
