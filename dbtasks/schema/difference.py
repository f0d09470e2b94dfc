"""The ways in which two schemas can differ, one class a way, each with its line of report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields

from dbtasks.schema.facts import Column, Constraint, Domain, Enum, Index, Table
from dbtasks.schema.wording import column_text, constraint_text, index_text, on, type_text
from dbtasks.values import Change

UNTOLD = "?"
"""What was before, where an operation changes it and does not tell."""


@dataclass(frozen=True)
class Difference(ABC):
    """Something that has to happen for the one schema to become the other."""

    @abstractmethod
    def changes(self) -> Iterator[Change]:
        """Yield the lines that tell a person of it."""


@dataclass(frozen=True)
class TableAdded(Difference):
    """A table that only the new schema has."""

    table: Table

    def changes(self) -> Iterator[Change]:
        """Yield the table, and its indexes."""
        yield Change("+", f"{self.table.key} ({', '.join(c.name for c in self.table.columns)})")
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
        is_moved = self.old.rpartition(".")[0] != (self.table.schema or "")
        what = f"moved to {self.table.schema or 'public'}." if is_moved else "renamed to "
        yield Change("~", f"{self.old} {what}{self.table.name}")


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
        if name == "nullable":
            return "NULL" if new else "NOT NULL"
        is_type = name in {"type", "elsewhere"}
        parts = [type_text(part) if is_type else part or "none" for part in (old, new)]
        return " ".join([*[name] * (not is_type), *parts[:1] * (old != UNTOLD), "->", parts[1]])


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
        yield Change("~", f"{self.old.kind} {old}{on(self.table)} renamed to {new}")


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
        yield Change("~", f"index {self.old.name}{on(self.table)} renamed to {self.new.name}")


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
    """An enumerated type with another name, other values, or the same in another order."""

    old: Enum
    new: Enum

    def changes(self) -> Iterator[Change]:
        """Yield each value that comes or goes."""
        changed = [("-", value) for value in self.old.values if value not in self.new.values]
        changed += [("+", value) for value in self.new.values if value not in self.old.values]
        yield from (Change(sign, f"enum {self.new.key} value {value!r}") for sign, value in changed)
        if self.old.key != self.new.key:
            yield Change("~", f"enum {self.old.key} renamed to {self.new.name}")
        elif not changed:
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


@dataclass(frozen=True)
class DomainChanged(Difference):
    """A domain that comes (`old` is None), goes (`new` is None), or has other rules."""

    old: Domain | None
    new: Domain | None

    def changes(self) -> Iterator[Change]:
        """Yield the domain, with its rules unless it goes."""
        old, new = self.old, self.new
        if new is None:
            yield Change("-", f"domain {old.key if old else ''}")
        elif old is None:
            yield Change("+", f"domain {new.key} {new.definition}")
        else:
            yield Change("~", f"domain {new.key} {old.definition} -> {new.definition}")
