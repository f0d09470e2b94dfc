"""The lines that tell differences, where one thing is told in one line.

A constraint or an index with another definition is dropped and made anew. For people it is the same
one, and changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbtasks.schema.difference import (
    ConstraintAdded,
    ConstraintChanged,
    ConstraintDropped,
    Difference,
    IndexAdded,
    IndexChanged,
    IndexDropped,
)
from dbtasks.schema.facts import PRIMARY_KEY
from dbtasks.values import Change


def lines(found: Iterable[Difference | Change]) -> Iterator[Change]:
    """Yield the lines of differences, and other lines as they stand, in their order."""
    items = list(found)
    while items:
        item = items.pop(0)
        if isinstance(item, Change):
            yield item
            continue
        place, changed = _counterpart(item, items)
        if changed is not None:
            del items[place]
        yield from (changed or item).changes()


def _counterpart(
    item: Difference, others: Iterable[Difference | Change]
) -> tuple[int, Difference | None]:
    """Return where the other half of a change stands, and the change; None for what is whole."""
    for place, other in enumerate(others):
        match item, other:
            case (ConstraintAdded() as new, ConstraintDropped() as old) | (
                ConstraintDropped() as old,
                ConstraintAdded() as new,
            ) if _is_same_constraint(old, new):
                return place, ConstraintChanged(new.table, old.constraint, new.constraint)
            case (IndexAdded() as added, IndexDropped() as gone) | (
                IndexDropped() as gone,
                IndexAdded() as added,
            ) if (gone.table.key, gone.index.name) == (added.table.key, added.index.name):
                return place, IndexChanged(added.table, gone.index, added.index)
    return 0, None


def _is_same_constraint(old: ConstraintDropped, new: ConstraintAdded) -> bool:
    before, after = old.constraint, new.constraint
    if old.table.key != new.table.key or before.kind != after.kind:
        return False
    by_name = before.name == after.name if before.name and after.name else False
    by_columns = before.columns == after.columns and bool(before.columns)
    return by_name or by_columns or before.kind == PRIMARY_KEY
