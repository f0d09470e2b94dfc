"""Computed columns that have to be made anew, and what is made anew with them.

No database changes the expression of a computed column in place, and PostgreSQL changes no type
under one. Dropping the column takes its indexes and constraints along, so they come back with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dbtasks.schema.difference import (
    ColumnChanged,
    ConstraintAdded,
    ConstraintDropped,
    Difference,
    IndexAdded,
    IndexDropped,
)
from dbtasks.schema.facts import Column, Schema, Table


def with_recreated(
    old: Schema, new: Schema, differences: Sequence[Difference]
) -> tuple[Difference, ...]:
    """Return differences with what follows from making computed columns anew."""
    known = set(differences)
    more = dict.fromkeys(item for item in _followers(old, new, differences) if item not in known)
    recreated = {(c.table.key, c.new.name) for c in more if isinstance(c, ColumnChanged)}
    kept = (item for item in differences if not _is_about(item, recreated))
    return (*kept, *more)


def _is_about(item: Difference, columns: set[tuple[str, str]]) -> bool:
    """Whether a change is one of columns that are made anew, as they will be, anyway."""
    return isinstance(item, ColumnChanged) and (item.table.key, item.new.name) in columns


def is_recreated(change: ColumnChanged) -> bool:
    """Whether a column is dropped and added again: it is, was, or stays a computed one."""
    return change.differs("generated") or (
        change.old.generated is not None and change.old == change.new
    )


def _followers(old: Schema, new: Schema, differences: Sequence[Difference]) -> Iterator[Difference]:
    changes = [item for item in differences if isinstance(item, ColumnChanged)]
    for change in changes:
        before, after = old.tables[change.table.key], new.tables[change.table.key]
        if change.differs("generated"):
            yield from _parts(before, after, change.new.name)
        elif change.differs("type", "collation"):
            for column in _computed_from(before, after, change.new.name):
                yield ColumnChanged(after, column, column)
                yield from _parts(before, after, column.name)


def _computed_from(before: Table, after: Table, name: str) -> Iterator[Column]:
    """Yield the computed columns that stay, and are computed from a column, as they will be."""
    for column in before.columns:
        new = after.column(column.name)
        stays = column.generated and new and new.generated == column.generated
        if new and stays and mentions(str(column.generated), name):
            yield new


def _parts(before: Table, after: Table, name: str) -> Iterator[Difference]:
    """Yield the indexes and constraints on a column that stay, as dropped and added."""
    for index in before.indexes:
        on_it = name in index.columns or mentions(index.definition, name)
        if on_it and index in after.indexes:
            yield from (IndexDropped(after, index), IndexAdded(after, index))
    for constraint in before.constraints:
        if name in constraint.columns and constraint in after.constraints:
            yield ConstraintDropped(after, constraint)
            yield ConstraintAdded(after, constraint)


def mentions(sql: str, name: str) -> bool:
    """Whether a name stands in SQL, quoted or not; one too many does no harm."""
    forms = (re.escape(name), re.escape(name.replace('"', '""')))
    return re.search(rf"(?<!\w)({'|'.join(forms)})(?!\w)", sql, re.IGNORECASE) is not None
