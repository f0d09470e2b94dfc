"""Foreign keys that have to step aside while something else changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from dbtasks.autogenerate.plan.similarity import kind_of
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.schema.difference import ColumnChanged, ConstraintAdded, ConstraintDropped, Difference
from dbtasks.schema.facts import FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint, Table

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
    changed = defaultdict[str, list[Difference]](list)
    for item in differences:
        if isinstance(item, Changes):
            changed[item.table.key].append(item)
    found = []
    for key, table in old.schema.tables.items():
        after = new.schema.tables.get(key)
        for constraint in table.constraints:
            stays = after and constraint in after.constraints and constraint not in touched
            counts = constraint.kind == FOREIGN_KEY and (stays or after is None)
            changes = [*changed.get(key, ()), *changed.get(constraint.referred, ())]
            if counts and changes:
                referred = _referred_columns(old, table, constraint)
                if _is_in_the_way(table, constraint, referred, changes):
                    found.append((table, constraint))
    return found


def _is_in_the_way(
    table: Table,
    foreign_key: Constraint,
    referred: Sequence[str],
    differences: Sequence[Difference],
) -> bool:
    for item in differences:
        if isinstance(item, ColumnChanged) and _changes_kind(item):
            own = item.table.key == table.key and item.new.name in foreign_key.columns
            other = item.table.key == foreign_key.referred and item.new.name in referred
            if own or other:
                return True
        if isinstance(item, ConstraintDropped) and item.constraint.kind in {PRIMARY_KEY, UNIQUE}:
            same = set(item.constraint.columns) == set(referred)
            if item.table.key == foreign_key.referred and same:
                return True
    return False


def _changes_kind(item: ColumnChanged) -> bool:
    return kind_of(item.old.type) != kind_of(item.new.type) or item.differs("generated")


def _referred_columns(side: DefinedSchema, table: Table, foreign_key: Constraint) -> list[str]:
    constraint = side.constraint(table, foreign_key)
    assert isinstance(constraint, sa.ForeignKeyConstraint)
    return [element.target_fullname.rpartition(".")[2] for element in constraint.elements]
