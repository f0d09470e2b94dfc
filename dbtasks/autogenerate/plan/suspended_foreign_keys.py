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

ColumnKey = tuple[str, str]
"""A column by the key of its table and its name."""

Changes = (ColumnChanged, ConstraintDropped)


def foreign_keys_in_the_way(
    old: DefinedSchema, new: DefinedSchema, differences: Sequence[Difference]
) -> list[tuple[Table, Constraint]]:
    """Return the foreign keys that are to be dropped first, and made again at the end if they stay.

    That are those over columns that get values of another kind, and those that rely on a key
    that is made anew; those of tables that are going to be dropped too.
    """
    touched = {item.constraint for item in differences if isinstance(item, ConstraintDropped)}
    touched |= {item.constraint for item in differences if isinstance(item, ConstraintAdded)}
    changed = {item.table.key for item in differences if isinstance(item, Changes)}
    moved = _moved(old, new, differences)
    found = []
    for key, table in old.schema.tables.items():
        after = new.schema.tables.get(key)
        for constraint in table.constraints:
            stays = after and constraint in after.constraints and constraint not in touched
            counts = constraint.kind == FOREIGN_KEY and (stays or after is None)
            if counts and changed & {key, constraint.referred}:
                referred = _referred_columns(old, table, constraint)
                if _is_in_the_way(table, constraint, referred, differences, moved):
                    found.append((table, constraint))
    return found


def with_renamed_in_the_way(
    old: DefinedSchema, new: DefinedSchema, differences: Sequence[Difference]
) -> Iterator[Difference]:
    """Yield differences; a foreign key that is in the way and gets another name is made anew."""
    moved = _moved(old, new, differences)
    for item in differences:
        if isinstance(item, ConstraintRenamed) and item.old.kind == FOREIGN_KEY:
            referred = _referred_columns(new, item.table, item.new)
            if _is_in_the_way(item.table, item.new, referred, differences, moved):
                yield ConstraintDropped(item.table, item.old)
                yield ConstraintAdded(item.table, item.new)
                continue
        yield item


def _moved(
    old: DefinedSchema, new: DefinedSchema, differences: Sequence[Difference]
) -> set[ColumnKey]:
    """Return the columns that get values of another kind."""
    return {
        (item.table.key, item.new.name)
        for item in differences
        if isinstance(item, ColumnChanged) and _changes_kind(old, new, item)
    }


def _is_in_the_way(
    table: Table,
    foreign_key: Constraint,
    referred: Sequence[str],
    differences: Sequence[Difference],
    moved: set[ColumnKey],
) -> bool:
    own = {(table.key, name) for name in foreign_key.columns}
    others = {(foreign_key.referred, name) for name in referred}
    if moved & (own | others):
        return True
    for item in differences:
        if isinstance(item, ConstraintDropped) and item.constraint.kind in {PRIMARY_KEY, UNIQUE}:
            same = set(item.constraint.columns) == set(referred)
            if item.table.key == foreign_key.referred and same:
                return True
    return False


def _changes_kind(old: DefinedSchema, new: DefinedSchema, item: ColumnChanged) -> bool:
    """Whether values become others: by what the database calls the types, or by their own names.

    SQLite calls a UUID a CHAR, which is a text.
    """
    if kind_of(item.old.type) != kind_of(item.new.type) or item.differs("generated"):
        return True
    if not item.differs("type", "elsewhere"):
        return False
    types = (side.original(item.table.key, item.new.name).type for side in (old, new))
    return len({family(type_, REVISION_DIALECT) for type_ in types}) > 1


def _referred_columns(side: DefinedSchema, table: Table, foreign_key: Constraint) -> list[str]:
    constraint = side.constraint(table, foreign_key)
    assert isinstance(constraint, sa.ForeignKeyConstraint)
    return [element.target_fullname.rpartition(".")[2] for element in constraint.elements]
