"""Keys whose values no cast makes: an integer that becomes a UUID, or the other way round.

Each row gets a new key in a column beside the old one, and all that refers to it, over however
many tables, takes it over from there by a join, while both are there. Then the columns change
their type and take what stands beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.key_references import KeyReference
from dbtasks.autogenerate.backfill.upgrade import Backfill
from dbtasks.autogenerate.plan.blocks import Block
from dbtasks.autogenerate.plan.recreated_columns import mentions
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.databases.type_families import family
from dbtasks.operations.fill import FillOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import REVISION_DIALECT, quoted
from dbtasks.schema.difference import (
    ColumnChanged,
    ConstraintAdded,
    ConstraintDropped,
    Difference,
    IndexAdded,
    IndexDropped,
)
from dbtasks.schema.facts import CHECK, EXCLUDE, FOREIGN_KEY, UNIQUE, Table

ColumnKey = tuple[str, str]
"""A column by the key of its table and its name."""

_REPLACED = {("integer", "uuid"), ("uuid", "integer")}
_LONGEST = 55
"""How much of a column's name the column beside it has at most."""


class ReplacedKeys:
    """Finds the keys that are replaced, and the columns that follow each."""

    def __init__(
        self, old: DefinedSchema, new: DefinedSchema, differences: Sequence[Difference]
    ) -> None:
        self.old = old
        self.new = new
        self._changed = [
            (item.table.key, item.new.name)
            for item in differences
            if isinstance(item, ColumnChanged) and self._is_replaced(item)
        ]
        self._referred = self._references() if self._changed else {}
        self.keys = {column: self._key_of(column) for column in self._changed}

    def column_beside(self, table: Table, name: str) -> str | None:
        """Return the column that has the new values of one that is replaced; None for others."""
        return None if self.keys.get((table.key, name)) is None else self.free_name(table, name)

    def free_name(self, table: Table, name: str) -> str:
        """Return a name for a column beside one, that no other has."""
        sides = (self.old.schema.tables[table.key], self.new.schema.tables[table.key])
        candidates = (f"{name[:_LONGEST]}_new{number or ''}" for number in range(1_000))
        return next(item for item in candidates if not any(side.column(item) for side in sides))

    def counts(self, side: DefinedSchema, table: Table, name: str) -> bool:
        """Whether a column counts by itself, on whichever database."""
        column = side.original(table.key, name)
        return column.table.autoincrement_column is column or column.identity is not None

    def made_anew(self) -> Iterator[Difference]:
        """Yield what compares columns that are replaced one after the other, as dropped and added.

        PostgreSQL compares nothing of two types.
        """
        for key in dict.fromkeys(key for key, _ in self._changed):
            before, after = self.old.schema.tables[key], self.new.schema.tables[key]
            replaced = {name for other, name in self._changed if other == key}
            for item in before.constraints:
                compares = item.kind in {CHECK, EXCLUDE} and len(replaced & {*item.columns}) > 1
                if compares and item in after.constraints:
                    yield from (ConstraintDropped(after, item), ConstraintAdded(after, item))
            for index in before.indexes:
                compares = len([name for name in replaced if mentions(index.definition, name)]) > 1
                if compares and index in after.indexes:
                    yield from (IndexDropped(after, index), IndexAdded(after, index))

    def blocks(self, backfill: Backfill) -> Iterator[Block]:
        """Yield what gives new values to all rows, in columns beside the old ones."""
        for key, name in dict.fromkeys(item for item in self.keys.values() if item):
            table = self.new.schema.tables[key]
            followers = [
                item for item in self._followers(table, name) if item.name != f"{key}.{name}"
            ]
            backfill.replaced_key(table, name, followers)
            yield self._new_key(table, name, backfill)
            yield from (self._following(item) for item in followers)

    def _new_key(self, table: Table, name: str, backfill: Backfill) -> Block:
        beside = self._beside(table, name)
        new = self.new.original(table.key, name)
        values: MigrateOperation
        if family(new.type, REVISION_DIALECT) == "integer":
            values = NumberRowsOp(table.name, beside, [name], table.schema)
        else:
            values = backfill.new_key(table, new)
            values.column_name = beside
            # A condition of its own keeps a large table from being filled in pieces: whatever
            # refers to the key has to be filled in the same transaction.
            values.where = f"{quoted(REVISION_DIALECT, name)} IS NOT NULL"
        comment = f"{table.key}.{name}: rows get new keys, unknown outside of this database."
        return Block([self._add(table, name), values], [comment])

    def _following(self, reference: KeyReference) -> Block:
        table, beside = reference.table, self._beside(reference.table, reference.column)
        value = reference.value_of(self._beside(reference.referred, reference.key))
        fill = FillOp(
            table.name, beside, sa.text(value), where=reference.has_value, schema=table.schema
        )
        operations = [self._add(table, reference.column), fill]
        if self.new.original(table.key, reference.column).nullable:
            operations.append(self._refusal(reference))
        comment = f"{reference.name} follows {reference.referred.key}.{reference.key}."
        return Block(operations, [comment])

    def _refusal(self, reference: KeyReference) -> RefuseRowsOp:
        """Return what stops where a reference would be lost, which NOT NULL does for others."""
        beside = quoted(REVISION_DIALECT, self._beside(reference.table, reference.column))
        reason = f"some refer by {reference.column} to nothing in {reference.referred.key}"
        condition = f"{reference.has_value} AND {beside} IS NULL"
        return RefuseRowsOp(reference.table.name, reason, condition, reference.table.schema)

    def _add(self, table: Table, name: str) -> MigrateOperation:
        column = sa.Column(self._beside(table, name), self.new.column(table.key, name).type)
        return ops.AddColumnOp.from_column_and_tablename(table.schema, table.name, column)

    def _beside(self, table: Table, name: str) -> str:
        beside = self.column_beside(table, name)
        assert beside is not None
        return beside

    def _followers(self, table: Table, name: str) -> Iterator[KeyReference]:
        for (key, column), root in self.keys.items():
            if root == (table.key, name):
                yield KeyReference(self.new.schema.tables[key], column, table, name)

    def _is_replaced(self, item: ColumnChanged) -> bool:
        if not item.differs("type", "elsewhere"):
            return False
        sides = (self.old, self.new)
        types = (side.original(item.table.key, item.new.name).type for side in sides)
        return tuple(family(type_, REVISION_DIALECT) for type_ in types) in _REPLACED

    def _references(self) -> dict[ColumnKey, list[ColumnKey]]:
        """Return which of the columns refers to which others, before or afterwards."""
        found: dict[ColumnKey, list[ColumnKey]] = defaultdict(list)
        for side in (self.old, self.new):
            for key in dict.fromkeys(key for key, _ in self._changed):
                for one, other in _references_of(side, side.schema.tables[key]):
                    if {one, other} <= {*self._changed} and one != other:
                        found[one].append(other)
        return found

    def _key_of(self, column: ColumnKey) -> ColumnKey | None:
        """Return the key that a column's values are in the end; None where there is none."""
        seen, waiting = {column}, [column]
        while waiting:
            more = set(self._referred.get(waiting.pop(), ())) - seen
            seen |= more
            waiting += more
        ends = {item for item in seen if not self._referred.get(item)} or seen
        return min((item for item in ends if self._is_key(*item)), default=None)

    def _is_key(self, key: str, name: str) -> bool:
        """Whether a column alone tells rows apart, and stands for them."""
        table = self.old.schema.tables[key]
        if table.primary_key == (name,):
            return True
        is_referred = any((key, name) in others for others in self._referred.values())
        unique = [item.columns for item in table.constraints if item.kind == UNIQUE]
        unique += [item.columns for item in table.indexes if item.unique]
        return is_referred and (name,) in unique


def _references_of(side: DefinedSchema, table: Table) -> Iterator[tuple[ColumnKey, ColumnKey]]:
    for fact in table.constraints:
        if fact.kind != FOREIGN_KEY:
            continue
        constraint = side.constraint(table, fact)
        assert isinstance(constraint, sa.ForeignKeyConstraint)
        for element in constraint.elements:
            key, _, name = element.target_fullname.rpartition(".")
            yield (table.key, element.parent.name), (key, name)
