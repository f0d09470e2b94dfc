"""Foreign keys that have to step aside while something else changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from dbtasks.autogenerate.plan.similarity import kind_of
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.databases.type_families import family
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.schema.difference import (
    ColumnChanged,
    ConstraintAdded,
    ConstraintDropped,
    ConstraintRenamed,
    Difference,
)
from dbtasks.schema.facts import FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint, Table

_KEYS = {PRIMARY_KEY, UNIQUE}


class SuspendedForeignKeys:
    """Finds the foreign keys that are dropped first, and made again at the end if they stay.

    That are those over columns that get values of another kind, and those that rely on a key
    that is made anew; those of tables that are going to be dropped too.
    """

    def __init__(
        self, old: DefinedSchema, new: DefinedSchema, differences: Sequence[Difference]
    ) -> None:
        self.old = old
        self.new = new
        self._converted: set[tuple[str, str]] = set()
        self._keys: set[tuple[str, frozenset[str]]] = set()
        for item in differences:
            if isinstance(item, ColumnChanged) and self._changes_kind(item):
                self._converted.add((item.table.key, item.new.name))
            elif isinstance(item, ConstraintDropped) and item.constraint.kind in _KEYS:
                self._keys.add((item.table.key, frozenset(item.constraint.columns)))
        self._tables = {key for key, _ in (*self._converted, *self._keys)}

    def found(self, differences: Sequence[Difference]) -> list[tuple[Table, Constraint]]:
        """Return those that no difference is about."""
        changes = (ConstraintDropped, ConstraintAdded)
        touched = {item.constraint for item in differences if isinstance(item, changes)}
        found = []
        for key, table in self.old.schema.tables.items():
            after = self.new.schema.tables.get(key)
            for constraint in table.constraints:
                stays = after and constraint in after.constraints and constraint not in touched
                if (stays or after is None) and self._is_in_the_way(self.old, table, constraint):
                    found.append((table, constraint))
        return found

    def made_anew(self, differences: Sequence[Difference]) -> Iterator[Difference]:
        """Yield differences, with those that get another name meanwhile as dropped and added."""
        for item in differences:
            if not isinstance(item, ConstraintRenamed):
                yield item
            elif self._is_in_the_way(self.new, item.table, item.new):
                yield ConstraintDropped(item.table, item.old)
                yield ConstraintAdded(item.table, item.new)
            else:
                yield item

    def _is_in_the_way(self, side: DefinedSchema, table: Table, constraint: Constraint) -> bool:
        is_foreign_key = constraint.kind == FOREIGN_KEY
        if not is_foreign_key or not self._tables & {table.key, constraint.referred}:
            return False
        referred = _referred_columns(side, table, constraint)
        ends = {(table.key, name) for name in constraint.columns}
        ends |= {(constraint.referred, name) for name in referred}
        return bool(ends & self._converted) or (
            (constraint.referred, frozenset(referred)) in self._keys
        )

    def _changes_kind(self, item: ColumnChanged) -> bool:
        """Whether values become others: by the database's names of the types, or by their own.

        SQLite calls a UUID a CHAR, which is a text.
        """
        if kind_of(item.old.type) != kind_of(item.new.type) or item.differs("generated"):
            return True
        if not item.differs("type", "elsewhere"):
            return False
        key, name = item.table.key, item.new.name
        types = (side.original(key, name).type for side in (self.old, self.new))
        return len({family(type_, REVISION_DIALECT) for type_ in types}) > 1


def _referred_columns(side: DefinedSchema, table: Table, foreign_key: Constraint) -> list[str]:
    constraint = side.constraint(table, foreign_key)
    assert isinstance(constraint, sa.ForeignKeyConstraint)
    return [element.target_fullname.rpartition(".")[2] for element in constraint.elements]
