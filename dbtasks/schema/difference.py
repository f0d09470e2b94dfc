"""The differences between two schemas, one value a difference, in a stable order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

from dbtasks.schema.facts import FOREIGN_KEY, Column, Constraint, Enum, Index, Schema, Table
from dbtasks.values import Change

_STANDARD_TYPE = re.compile(
    r"(varchar|char|text|integer|bigint|smallint|numeric|real|double|boolean|date|time|uuid|json|bytea)"
)
Item = TypeVar("Item", Constraint, Index)


@dataclass(frozen=True)
class Difference:
    """Something that has to happen for the one schema to become the other."""

    def changes(self) -> Iterator[Change]:
        """Yield the lines that tell a person of it."""
        raise NotImplementedError


@dataclass(frozen=True)
class TableAdded(Difference):
    """A table that only the new schema has."""

    table: Table

    def changes(self) -> Iterator[Change]:
        """Yield the table, and its indexes."""
        columns = ", ".join(column.name for column in self.table.columns)
        yield Change("+", f"{self.table.key} ({columns})")
        for index in self.table.indexes:
            yield from IndexAdded(self.table, index).changes()


@dataclass(frozen=True)
class TableDropped(Difference):
    """A table that only the old schema has."""

    table: Table

    def changes(self) -> Iterator[Change]:
        """Yield the table."""
        yield Change("-", f"{self.table.key} (table)")


@dataclass(frozen=True)
class TableRenamed(Difference):
    """A table that goes by another name. `table` is the new one."""

    old: str
    table: Table

    def changes(self) -> Iterator[Change]:
        """Yield both names."""
        yield Change("~", f"{self.old} renamed to {self.table.name}")


@dataclass(frozen=True)
class ColumnAdded(Difference):
    """A column that only the new table has."""

    table: Table
    column: Column

    def changes(self) -> Iterator[Change]:
        """Yield the column as it will be."""
        yield Change("+", f"{self.table.key}.{column_text(self.column)}")


@dataclass(frozen=True)
class ColumnDropped(Difference):
    """A column that only the old table has."""

    table: Table
    column: Column

    def changes(self) -> Iterator[Change]:
        """Yield the column."""
        yield Change("-", f"{self.table.key}.{self.column.name}")


@dataclass(frozen=True)
class ColumnRenamed(Difference):
    """A column that goes by another name."""

    table: Table
    old: str
    new: str

    def changes(self) -> Iterator[Change]:
        """Yield both names."""
        yield Change("~", f"{self.table.key}.{self.old} renamed to {self.new}")


@dataclass(frozen=True)
class ColumnChanged(Difference):
    """A column that both tables have, and that differs in itself."""

    table: Table
    old: Column
    new: Column

    def differs(self, *names: str) -> bool:
        """Whether the columns differ in one of these facts."""
        return any(getattr(self.old, name) != getattr(self.new, name) for name in names)

    def changes(self) -> Iterator[Change]:
        """Yield a line for each fact that differs."""
        for item in fields(Column):
            if self.differs(item.name) and not self._is_told_by_type(item.name):
                yield Change("~", f"{self.table.key}.{self.new.name} {self._line(item.name)}")

    def _is_told_by_type(self, name: str) -> bool:
        return name == "elsewhere" and self.differs("type")

    def _line(self, name: str) -> str:
        old, new = getattr(self.old, name), getattr(self.new, name)
        if name in {"type", "elsewhere"}:
            return f"{type_text(old)} -> {type_text(new)}"
        if name == "nullable":
            return "NULL" if new else "NOT NULL"
        return f"{name} {'none' if old is None else old} -> {'none' if new is None else new}"


@dataclass(frozen=True)
class ConstraintAdded(Difference):
    """A constraint that only the new table has."""

    table: Table
    constraint: Constraint

    def changes(self) -> Iterator[Change]:
        """Yield the constraint."""
        yield Change("+", constraint_text(self.table, self.constraint))


@dataclass(frozen=True)
class ConstraintDropped(Difference):
    """A constraint that only the old table has."""

    table: Table
    constraint: Constraint

    def changes(self) -> Iterator[Change]:
        """Yield the constraint."""
        yield Change("-", constraint_text(self.table, self.constraint))


@dataclass(frozen=True)
class ConstraintRenamed(Difference):
    """A constraint that goes by another name, or by one at all."""

    table: Table
    old: Constraint
    new: Constraint

    def changes(self) -> Iterator[Change]:
        """Yield both names."""
        old, new = self.old.name or "(unnamed)", self.new.name or "(unnamed)"
        yield Change("~", f"{self.old.kind} {old} on {self.table.key} renamed to {new}")


@dataclass(frozen=True)
class IndexAdded(Difference):
    """An index that only the new table has."""

    table: Table
    index: Index

    def changes(self) -> Iterator[Change]:
        """Yield the index."""
        yield Change("+", index_text(self.table, self.index))


@dataclass(frozen=True)
class IndexDropped(Difference):
    """An index that only the old table has."""

    table: Table
    index: Index

    def changes(self) -> Iterator[Change]:
        """Yield the index."""
        yield Change("-", index_text(self.table, self.index))


@dataclass(frozen=True)
class IndexRenamed(Difference):
    """An index that goes by another name."""

    table: Table
    old: Index
    new: Index

    def changes(self) -> Iterator[Change]:
        """Yield both names."""
        yield Change("~", f"index {self.old.name} on {self.table.key} renamed to {self.new.name}")


@dataclass(frozen=True)
class TableCommentChanged(Difference):
    """A table with another comment."""

    table: Table
    old: str | None
    new: str | None

    def changes(self) -> Iterator[Change]:
        """Yield the new comment."""
        yield Change("~", f"{self.table.key} comment {self.new!r}")


@dataclass(frozen=True)
class TableOptionsChanged(Difference):
    """A table that is stored differently (partitions, WITHOUT ROWID and their like)."""

    table: Table
    old: str
    new: str

    def changes(self) -> Iterator[Change]:
        """Yield both."""
        yield Change("~", f"{self.table.key} options {self.old or 'none'} -> {self.new or 'none'}")


@dataclass(frozen=True)
class EnumAdded(Difference):
    """An enumerated type that only the new schema has."""

    enum: Enum

    def changes(self) -> Iterator[Change]:
        """Yield the type."""
        yield Change("+", f"enum {self.enum.key} ({', '.join(self.enum.values)})")


@dataclass(frozen=True)
class EnumDropped(Difference):
    """An enumerated type that no column uses any more."""

    enum: Enum

    def changes(self) -> Iterator[Change]:
        """Yield the type."""
        yield Change("-", f"enum {self.enum.key}")


@dataclass(frozen=True)
class EnumChanged(Difference):
    """An enumerated type with other values, or the same in another order."""

    old: Enum
    new: Enum

    def changes(self) -> Iterator[Change]:
        """Yield each value that comes or goes."""
        gone = [value for value in self.old.values if value not in self.new.values]
        come = [value for value in self.new.values if value not in self.old.values]
        yield from (Change("-", f"enum {self.new.key} value {value!r}") for value in gone)
        yield from (Change("+", f"enum {self.new.key} value {value!r}") for value in come)
        if not gone and not come:
            yield Change("~", f"enum {self.new.key} order {', '.join(self.new.values)}")


@dataclass(frozen=True)
class EnumValueRenamed(Difference):
    """A value of an enumerated type that goes by another name."""

    enum: Enum
    old: str
    new: str

    def changes(self) -> Iterator[Change]:
        """Yield both names."""
        yield Change("~", f"enum {self.enum.key} value {self.old!r} renamed to {self.new!r}")


def differences(old: Schema, new: Schema) -> tuple[Difference, ...]:
    """Return what has to happen for `old` to become `new`."""
    return (*_enum_differences(old, new), *_table_differences(old, new))


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
    if old.options != new.options:
        yield TableOptionsChanged(new, old.options, new.options)


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
        else:
            yield ConstraintRenamed(new, twin, constraint)
            gone.remove(twin)
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
        if key not in new.enums and enum.uses and not _is_still_used(enum, new):
            yield EnumDropped(enum)


def _is_still_used(enum: Enum, schema: Schema) -> bool:
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


def column_text(column: Column) -> str:
    """Return a column in a line: name, type, NULL or NOT NULL, default."""
    parts = [column.name, type_text(column.type), "NULL" if column.nullable else "NOT NULL"]
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.generated is not None:
        parts.append(f"GENERATED {column.generated}")
    return " ".join(parts)


def type_text(type_: str) -> str:
    """Return a type as people write it: VARCHAR(40) and not character varying(40)."""
    text = type_.replace("character varying", "varchar").replace(" without time zone", "")
    return text.upper() if _STANDARD_TYPE.match(text) else text


def constraint_text(table: Table, constraint: Constraint) -> str:
    """Return a constraint in a line."""
    name = f" {constraint.name}" if constraint.name else ""
    columns = f" ({', '.join(constraint.columns)})"
    to = f" -> {constraint.referred}" if constraint.kind == FOREIGN_KEY else ""
    return f"{constraint.kind}{name} on {table.key}{columns}{to}"


def index_text(table: Table, index: Index) -> str:
    """Return an index in a line."""
    unique = "unique " if index.unique else ""
    return f"{unique}index {index.name} on {table.key} {index.definition.removeprefix('btree ')}"
