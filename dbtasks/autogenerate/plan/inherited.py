"""What tables get from those that they inherit from, on PostgreSQL: it is done once, at the parent.

A column or check that the parent gets, changes or loses, its children get, change and lose with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dbtasks.schema.difference import (
    ColumnAdded,
    ColumnChanged,
    ConstraintAdded,
    ConstraintDropped,
    ConstraintRenamed,
    Difference,
)
from dbtasks.schema.facts import CHECK, Schema

_Handed = ColumnAdded | ColumnChanged | ConstraintAdded | ConstraintDropped | ConstraintRenamed


def without_inherited(schema: Schema, differences: Sequence[Difference]) -> list[Difference]:
    """Return the differences without those of a child that its parent's brings about."""
    known = set(differences)

    def is_inherited(item: Difference) -> bool:
        if not isinstance(item, _Handed) or not _is_handed_on(item):
            return False
        parents = (schema.tables.get(key) for key in item.table.inherits)
        return any(parent and replace(item, table=parent) in known for parent in parents)

    return [item for item in differences if not is_inherited(item)]


def _is_handed_on(item: _Handed) -> bool:
    """Whether children take part in a change; comments, keys and numbers are each table's own."""
    match item:
        case ColumnAdded():
            return item.column.comment is None and item.column.identity is None
        case ColumnChanged():
            return not item.differs("comment", "identity")
        case ConstraintRenamed():
            return item.new.kind == CHECK
        case _:
            return item.constraint.kind == CHECK
