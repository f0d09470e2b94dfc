"""Which table or column is an old one under a new name, and what goes along with it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.plan.blocks import RenameColumnOp, RenameTableOp
from dbtasks.autogenerate.plan.similarity import alike_columns, alike_tables
from dbtasks.databases.backend import Backend
from dbtasks.errors import MissingAnswerError, UsageError
from dbtasks.operations.enums import RenameEnumValueOp
from dbtasks.operations.names import default_name, sequence_name
from dbtasks.operations.renames import RenameConstraintOp, RenameSequenceOp
from dbtasks.schema.difference import ColumnRenamed, Difference, EnumValueRenamed, TableRenamed
from dbtasks.schema.facts import Enum, Schema, Table, key_of


@dataclass(frozen=True)
class Renames:
    """Tables by their old key with the new table; columns by new table key, old and new name.

    `values` are values of enums: the type, the old and the new one.
    """

    tables: dict[str, Table]
    columns: tuple[tuple[str, str, str], ...]
    values: tuple[tuple[Enum, str, str], ...] = ()

    def differences(self, new: Schema) -> tuple[Difference, ...]:
        """Return the renames as differences."""
        tables = (TableRenamed(old, table) for old, table in self.tables.items())
        columns = (ColumnRenamed(new.tables[key], old, name) for key, old, name in self.columns)
        values = (EnumValueRenamed(enum, old, name) for enum, old, name in self.values)
        return (*tables, *columns, *values)


def decide_renames(old: Schema, new: Schema, answers: Answers) -> Renames:
    """Return what was renamed, by the answers given and those asked for.

    Raises `MissingAnswerError` where an answer is missing, `UsageError` for an answer that fits
    nothing.
    """
    deciding = _Deciding(old, new, answers)
    tables = dict(deciding.tables())
    columns = tuple(deciding.columns(tables))
    values = tuple(deciding.values())
    deciding.refuse_unused()
    deciding.refuse_open()
    return Renames(tables, columns, values)


class _Deciding:
    """Goes through what is gone and what is new, and notes which answers are used or missing."""

    def __init__(self, old: Schema, new: Schema, answers: Answers) -> None:
        self.old = old
        self.new = new
        self.answers = answers
        self.unused = dict(answers.renames)
        self.open: list[tuple[str, str, str]] = []

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Yield each renamed table: its old key, and what it is now."""
        gone = {key: table for key, table in self.old.tables.items() if key not in self.new.tables}
        come = {key: table for key, table in self.new.tables.items() if key not in self.old.tables}
        for key, table in list(gone.items()):
            name = self._answered([key], {item.name for item in come.values()})
            new_key = key_of(name, table.schema)
            if new_key in come:
                yield key, come.pop(new_key)
                del gone[key]
        pairs = [(a, b) for a in gone.values() for b in come.values() if a.schema == b.schema]
        alike = [(a.key, b.name) for a, b in pairs if alike_tables(a, b)]
        for key, name in self._asked(alike):
            yield key, come[key_of(name, gone[key].schema)]

    def columns(self, tables: dict[str, Table]) -> Iterator[tuple[str, str, str]]:
        """Yield each renamed column: the new key of its table, its old name, its new name."""
        for key, table in self.old.tables.items():
            new = tables.get(key) or self.new.tables.get(key)
            if new:
                for old_name, new_name in self._columns_of(table, new):
                    yield new.key, old_name, new_name

    def _columns_of(self, old: Table, new: Table) -> Iterator[tuple[str, str]]:
        gone = {item.name: item for item in old.columns if new.column(item.name) is None}
        come = {item.name: item for item in new.columns if old.column(item.name) is None}
        for name in list(gone):
            answer = self._answered([f"{old.key}.{name}", f"{new.key}.{name}"], come)
            if answer:
                yield name, answer
                del gone[name], come[answer]
        pairs = [(before, after) for before in gone.values() for after in come.values()]
        alike = [(a.name, b.name) for a, b in pairs if alike_columns(a, b)]
        yield from self._asked(alike, f"{old.key}.", f"{new.key}.")

    def values(self) -> Iterator[tuple[Enum, str, str]]:
        """Yield each renamed value of an enum: the old type, the old and the new value."""
        for key, enum in self.old.enums.items():
            after = self.new.enums.get(key, enum)
            gone = [value for value in enum.values if value not in after.values]
            come = [value for value in after.values if value not in enum.values]
            for value in list(gone):
                names = [key, *(f"{table}.{column}" for table, column in enum.uses)]
                answer = self._answered([f"{name}.{value}" for name in names], come)
                if answer:
                    yield enum, value, answer
                    gone.remove(value)
                    come.remove(answer)
            nearest = [(value, max(come, key=partial(_likeness, value))) for value in gone if come]
            yield from ((enum, *pair) for pair in self._asked(nearest, f"{key}.", f"{key}."))

    def _answered(self, names: Iterable[str], come: Collection[str]) -> str:
        """Return the new name that was given beforehand, if it is one of those in `come`."""
        for name in names:
            for spelling in (name, name.removeprefix("public.")):
                # People write the new name alone, or in full.
                new = self.unused.get(spelling, "").rpartition(".")[2]
                if new in come:
                    del self.unused[spelling]
                    return new
        return ""

    def _asked(
        self, pairs: Iterable[tuple[str, str]], before: str = "", after: str = ""
    ) -> Iterator[tuple[str, str]]:
        """Yield those pairs of names that are one thing, as the person says.

        The likeliest pairs are asked about first, each name until it has found its other.
        """
        if self.answers.no_rename or self.answers.quiet:
            return
        settled: set[str] = set()
        for old, new in sorted(pairs, key=lambda pair: -_likeness(*pair)):
            if settled & {before + old, after + new}:
                continue
            if self.answers.ask is None:
                self.open.append((before + old, after, new))
            elif self._is_renamed(before + old, after + new):
                yield old, new
            else:
                continue
            settled |= {before + old, after + new}

    def _is_renamed(self, old: str, new: str) -> bool:
        answer = self.answers.asked(f"Did you rename {old} to {new}? [y/n]", "y", "yes", "n", "no")
        return answer.lower().startswith("y")

    def refuse_unused(self) -> None:
        """Raise for a --rename that fits nothing that is gone or new."""
        for old, new in self.unused.items():
            raise UsageError(
                f"--rename {old}={new} fits nothing: {old} must be in the database and gone from "
                f"the models, and {new} the other way round. Nothing was written.",
                "Check the names, or leave it out.",
            )

    def refuse_open(self) -> None:
        """Raise if there was nobody to ask."""
        if not self.open:
            return
        said = " and ".join(f"{old} to {prefix}{new}" for old, prefix, new in self.open)
        pairs = (("--rename", f"{old}={new}") for old, _, new in self.open)
        renamed = [word for pair in pairs for word in pair]
        raise MissingAnswerError(
            f"Did you rename {said}? There is no terminal to ask on. Nothing was written.",
            "If so: ",
            self.answers.command(*renamed),
            "\nIf not: ",
            self.answers.command("--no-rename"),
        )


def rename_operations(
    renames: Renames, old: Schema, backend: Backend
) -> Iterator[MigrateOperation]:
    """Yield the operations that rename, and let names follow that the database had chosen."""
    for enum, old_value, new_value in renames.values:
        yield RenameEnumValueOp(enum.name, old_value, new_value, enum.uses, enum.schema)
    for old_key, table in renames.tables.items():
        before = old.tables[old_key]
        yield from _rename_table(before, table.name)
        moved = replace(before, name=table.name)
        yield from _followers(before, moved, backend)
    for key, old_name, new_name in renames.columns:
        before = _before(renames, old, key)
        yield RenameColumnOp(before.name, old_name, schema=before.schema, modify_name=new_name)
        yield from _followers(before, renamed_column(before, old_name, new_name), backend)


def _rename_table(table: Table, new: str) -> Iterator[MigrateOperation]:
    """Yield the rename. SQLite takes names that differ in case alone for the same."""
    old = table.name
    if old.lower() == new.lower():
        yield RenameTableOp(old, f"{old}_renamed", schema=table.schema)
        old = f"{old}_renamed"
    yield RenameTableOp(old, new, schema=table.schema)


def renamed_column(table: Table, old: str, new: str) -> Table:
    """Return a table with one column under another name, in its constraints too."""

    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in columns)

    return replace(
        table,
        columns=tuple(replace(c, name=new) if c.name == old else c for c in table.columns),
        constraints=tuple(replace(c, columns=names(c.columns)) for c in table.constraints),
    )


def _before(renames: Renames, old: Schema, key: str) -> Table:
    for old_key, table in renames.tables.items():
        if table.key == key:
            return replace(old.tables[old_key], name=table.name)
    return old.tables[key]


def _followers(before: Table, after: Table, backend: Backend) -> Iterator[MigrateOperation]:
    """Yield the renames of sequences, and of constraints that PostgreSQL had named itself."""
    for old_column, new_column in zip(before.columns, after.columns, strict=True):
        if backend.counts(before, old_column):
            old = sequence_name(before.name, old_column.name)
            new = sequence_name(after.name, new_column.name)
            if old != new:
                yield RenameSequenceOp(old, new, schema=after.schema)
    for old_item, new_item in zip(before.constraints, after.constraints, strict=True):
        old, new = default_name(before.name, old_item), default_name(after.name, new_item)
        if old != new and old_item.name in {None, old}:
            yield RenameConstraintOp(old, new, after.name, after.schema, old_item.kind)


def _likeness(name: str, other: str) -> float:
    """Return how much of two names is the same, from 0 to 1."""
    return difflib.SequenceMatcher(None, name, other).ratio()
