"""Where two schemas differ, in a stable order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from dbtasks.schema.difference import (
    ColumnAdded,
    ColumnChanged,
    ColumnDropped,
    ConstraintAdded,
    ConstraintDropped,
    ConstraintRenamed,
    Difference,
    DomainChanged,
    EnumAdded,
    EnumChanged,
    EnumDropped,
    IndexAdded,
    IndexDropped,
    IndexRenamed,
    TableAdded,
    TableCommentChanged,
    TableDropped,
    TableOptionsChanged,
)
from dbtasks.schema.facts import Constraint, Domain, Enum, Index, Schema, Table
from dbtasks.schema.numbering import is_numbered_differently

Item = TypeVar("Item", Constraint, Index)


def differences(old: Schema, new: Schema) -> tuple[Difference, ...]:
    """Return what has to happen for `old` to become `new`."""
    return (
        *_enum_differences(old, new),
        *_domain_differences(old, new),
        *_table_differences(old, new),
    )


def _table_differences(old: Schema, new: Schema) -> Iterator[Difference]:
    for key, table in new.tables.items():
        if key not in old.tables:
            yield TableAdded(table)
    for key, table in new.tables.items():
        if key in old.tables and old.tables[key] != table:
            yield from _changes_of_table(old.tables[key], table)
    for key, table in old.tables.items():
        if key not in new.tables:
            yield TableDropped(table)


def _changes_of_table(old: Table, new: Table) -> Iterator[Difference]:
    yield from _column_differences(old, new)
    yield from _constraint_differences(old, new)
    yield from _index_differences(old, new)
    if old.comment != new.comment:
        yield TableCommentChanged(new, old.comment, new.comment)
    if old.making != new.making:
        yield TableOptionsChanged(new, old.making, new.making)


def _column_differences(old: Table, new: Table) -> Iterator[Difference]:
    for column in new.columns:
        before = old.column(column.name)
        if before is None:
            yield ColumnAdded(new, column)
        elif before != column:
            yield ColumnChanged(new, before, column)
    for column in old.columns:
        if new.column(column.name) is None:
            yield ColumnDropped(new, column)


def _constraint_differences(old: Table, new: Table) -> Iterator[Difference]:
    """Pair constraints that are equal, then those that mean the same under another name."""
    gone, come = _unmatched(
        old.constraints, new.constraints, lambda item: (item.name, _meaning(item))
    )
    by_meaning = {_meaning(item): item for item in gone}
    for constraint in come:
        twin = by_meaning.pop(_meaning(constraint), None)
        if twin is None:
            yield ConstraintAdded(new, constraint)
            continue
        gone.remove(twin)
        if not is_numbered_differently(twin, constraint):
            yield ConstraintRenamed(new, twin, constraint)
    yield from (ConstraintDropped(new, constraint) for constraint in gone)


def _index_differences(old: Table, new: Table) -> Iterator[Difference]:
    gone, come = _unmatched(old.indexes, new.indexes, lambda item: item)
    by_meaning = {(item.unique, item.definition): item for item in gone}
    for index in come:
        twin = by_meaning.pop((index.unique, index.definition), None)
        if twin is None:
            yield IndexAdded(new, index)
        else:
            yield IndexRenamed(new, twin, index)
            gone.remove(twin)
    yield from (IndexDropped(new, index) for index in gone)


def _enum_differences(old: Schema, new: Schema) -> Iterator[Difference]:
    for key, enum in new.enums.items():
        if key not in old.enums:
            yield EnumAdded(enum)
        elif old.enums[key].values != enum.values:
            yield EnumChanged(old.enums[key], enum)
    for key, enum in old.enums.items():
        if key not in new.enums and not _is_still_used(enum, new):
            yield EnumDropped(enum)


def _domain_differences(old: Schema, new: Schema) -> Iterator[Difference]:
    for key, domain in new.domains.items():
        before = old.domains.get(key)
        if before is None or before.definition != domain.definition:
            yield DomainChanged(before, domain)
    for key, domain in old.domains.items():
        if key not in new.domains and not _is_still_used(domain, new):
            yield DomainChanged(domain, None)


def _is_still_used(enum: Enum | Domain, schema: Schema) -> bool:
    """Whether a column keeps the type though no model declares it (create_type=False)."""
    for key, name in enum.uses:
        column = schema.tables[key].column(name) if key in schema.tables else None
        if column and column.type.removesuffix("[]").strip('"') == enum.key:
            return True
    return False


def _unmatched(
    old: Iterable[Item], new: Iterable[Item], meaning: Callable[[Item], object]
) -> tuple[list[Item], list[Item]]:
    """Return those of `old` and those of `new` that have no equal on the other side."""
    gone, come = list(old), []
    for item in new:
        twin = next((other for other in gone if meaning(other) == meaning(item)), None)
        if twin is None:
            come.append(item)
        else:
            gone.remove(twin)
    return gone, come


def _meaning(constraint: Constraint) -> tuple[str, str]:
    return constraint.kind, constraint.definition
