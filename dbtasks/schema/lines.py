"""The lines that tell differences, where one thing is told in one line.

A constraint or an index with another definition is dropped and made anew. For people it is the same
one, and changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dbtasks.schema.difference import (
    ConstraintAdded,
    ConstraintDropped,
    Difference,
    IndexAdded,
    IndexDropped,
)
from dbtasks.schema.facts import PRIMARY_KEY, Constraint, Index, Table
from dbtasks.schema.wording import changed_constraint_text, changed_index_text
from dbtasks.values import Change


@dataclass(frozen=True)
class ConstraintChanged(Difference):
    """A constraint that is dropped and made anew with another definition."""

    table: Table
    old: Constraint
    new: Constraint

    def changes(self) -> Iterator[Change]:
        """Yield what it was, if that is told, and what it will be."""
        yield Change("~", changed_constraint_text(self.table, self.old, self.new))


@dataclass(frozen=True)
class IndexChanged(Difference):
    """An index that is dropped and made anew with another definition."""

    table: Table
    old: Index
    new: Index

    def changes(self) -> Iterator[Change]:
        """Yield what it was, if that is told, and what it will be."""
        yield Change("~", changed_index_text(self.table, self.old, self.new))


def lines(found: Iterable[Difference | Change], *, one_by_one: bool = False) -> Iterator[Change]:
    """Yield the lines of differences, and other lines as they stand, in their order.

    `one_by_one` are those that are carried out so: what comes first and goes afterwards is no
    change then.
    """
    items = list(found)
    while items:
        item = items.pop(0)
        if isinstance(item, Change):
            yield item
            continue
        comes = isinstance(item, (ConstraintAdded, IndexAdded))
        place, changed = (0, None) if one_by_one and comes else _counterpart(item, items)
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
