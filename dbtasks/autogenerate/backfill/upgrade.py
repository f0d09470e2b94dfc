"""What a change means for the rows: what they get, what they lose, what can't be done to them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.backfill.casts import (
    assumption,
    changed_rows,
    refuse_impossible,
    refuse_unfit,
)
from dbtasks.autogenerate.backfill.constant_defaults import constant_default
from dbtasks.autogenerate.backfill.fills import Fills, new_key_fill, plain_fill, server_fill
from dbtasks.autogenerate.backfill.key_references import KeyReference, refuse_dangling
from dbtasks.autogenerate.backfill.new_rows import NewRows
from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.autogenerate.backfill.sql_reads import SqlReader
from dbtasks.autogenerate.backfill.unfilled import unfilled
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.autogenerate.state.reflection import reflected_columns
from dbtasks.databases import backend_of
from dbtasks.databases.row_statements import fill_value
from dbtasks.databases.scratch import rolled_back
from dbtasks.hints import counted
from dbtasks.operations.fill import LARGE_TABLE_ROWS, FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import text_literal, text_of_sql
from dbtasks.schema.facts import Constraint, Enum, Table, key_of
from dbtasks.values import NotKnown

BackfillOperation = FillOp | RefuseRowsOp
"""What closes a gap: a value, or the word that there can be none."""


class Backfill(ABC):
    """Answers about rows. `notes` gathers what the plan shows beside the changes."""

    def __init__(self, reader: SqlReader) -> None:
        self.reader = reader
        self.notes: list[str] = []

    @abstractmethod
    def new_column(self, table: Table, column: sa.Column[Any]) -> BackfillOperation | None:
        """Return what a new NOT NULL column gets, None where nothing is needed or known."""

    @abstractmethod
    def restored_column(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what gives a new column the values that stand elsewhere, before all else."""

    @abstractmethod
    def replacement(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return what a column holds instead once it has another type, if no cast makes it."""

    @abstractmethod
    def new_rows(self) -> list[FillTableOp]:
        """Return what gives rows to tables."""

    @abstractmethod
    def tightened_column(self, table: Table, column: sa.Column[Any]) -> BackfillOperation | None:
        """Return what a column that becomes NOT NULL gets in the rows that have no value."""

    @abstractmethod
    def numbered(self, table: Table, column: str) -> None:
        """Say that the rows are numbered in a new column."""

    @abstractmethod
    def new_reference(self, table: Table, constraint: Constraint) -> RefuseRowsOp | None:
        """Return what stands in the way where columns that are there refer to a new table."""

    @abstractmethod
    def lost_column(self, table: Table, name: str) -> list[str]:
        """Return comments on the values that go with a column."""

    @abstractmethod
    def lost_table(self, table: Table) -> list[str]:
        """Return comments on the rows that go with a table."""

    @abstractmethod
    def cast(self, table: Table, old: sa.Column[Any], new: sa.Column[Any]) -> list[str]:
        """Return comments on a change of type. Raises `RefusedError` where it can't be done."""

    @abstractmethod
    def new_key(self, table: Table, column: sa.Column[Any]) -> FillOp:
        """Return what gives each row a new UUID in place of its key."""

    @abstractmethod
    def replaced_key(self, table: Table, name: str, references: Sequence[KeyReference]) -> None:
        """Say that rows get new keys. Raises `RefusedError` for what refers to nothing."""

    @abstractmethod
    def lost_values(self, enum: Enum, values: tuple[str, ...]) -> list[FillOp]:
        """Return what gives another value to rows that have one which an enum loses."""


class UpgradeBackfill(Backfill):
    """Asks the database, whose tables and columns have their new names already, and the person."""

    def __init__(
        self, connection: sa.Connection, answers: Answers, new: DefinedSchema, reader: SqlReader
    ) -> None:
        super().__init__(reader)
        self.answers = answers
        self.new = new
        self.connection = connection
        self.backend = backend_of(connection)
        self.rows = Rows(connection)
        self.fills = Fills(answers, reader)

    def new_column(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return the answer given, else the Python default, else the answer to a question.

        The database fills a column with a server default by itself.
        """
        answered = self.fills.answered(table, column)
        if answered is None and (column.nullable or column.server_default is not None):
            return None
        rows = self.rows.total(table.name, table.schema)
        fill = answered or plain_fill(table, column, self.backend)
        if fill is not None and rows:
            refuse_unfit(self.connection, table, column.type, fill)
        if fill is not None and rows and constant_default(fill) is not None:
            name = f"{table.key}.{column.name}"
            self.notes.append(f"{name}: {counted(rows, 'row')} filled by a default that goes again")
            return fill
        return self._noted(fill, table, column, rows)

    def restored_column(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return nothing: what a column gets is asked."""
        del table, column
        return None

    def replacement(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return the answer given, if it reads the old values: another is for rows without one."""
        said = self.fills.unused.get(f"{table.key}.{column.name}", "")
        reads = self.reader.reads(said, table.key)
        is_of_old = reads is not None and (table.key, column.name) in reads.columns
        return self.fills.answered(table, column) if is_of_old else None

    def new_rows(self) -> list[FillTableOp]:
        """Return what the answers say."""
        rows = NewRows(self.connection, self.new, self.reader)
        return [rows.operation(key, sql) for key, sql in self.answers.fill_tables.items()]

    def filled_tables(self) -> list[str]:
        """Return the tables that a person gives rows to; `public` may be said, or not."""
        return [key.removeprefix("public.") for key in self.answers.fill_tables]

    def numbered(self, table: Table, column: str) -> None:
        """Note the triggers that fire."""
        self._note_triggers(table.name, table.schema, column, "", "")

    def tightened_column(self, table: Table, column: sa.Column[Any]) -> FillOp | None:
        """Return the answer given, else the server's or the Python default, else ask."""
        rows = self.rows.nulls(table.name, table.schema, column.name)
        fill = (
            self.fills.answered(table, column)
            or server_fill(table, column)
            or plain_fill(table, column, self.backend)
        )
        if fill is not None and rows:
            refuse_unfit(self.connection, table, column.type, fill)
        return self._noted(fill, table, column, rows)

    def _noted(
        self, fill: FillOp | None, table: Table, column: sa.Column[Any], rows: int
    ) -> FillOp | None:
        if fill is None:
            self.fills.miss(table, column, rows)
        elif rows:
            in_pieces = rows >= LARGE_TABLE_ROWS and self.backend.fills_in_pieces
            fill.is_large = in_pieces
            pieces = f" in pieces of {LARGE_TABLE_ROWS:,}" if in_pieces else ""
            name = f"{table.key}.{column.name}"
            then = "" if column.nullable else ", then NOT NULL"
            self.notes.append(f"{name}: NULL first, {counted(rows, 'row')} filled{pieces}{then}")
            self._note_triggers(table.name, table.schema, column.name, column.name)
            self._note_unfilled(fill, table, column)
        return fill

    def _note_unfilled(self, fill: FillOp, table: Table, column: sa.Column[Any]) -> None:
        """Note the rows for which what fills a column is NULL."""
        if column.nullable or not isinstance(fill.value, sa.TextClause):
            return
        before = reflected_columns(sa.inspect(self.connection), table.name, table.schema)
        name, own = str(column.name), self.rows.quoted(str(column.name))
        is_there = any(item["name"] == name for item in before)
        value = fill_value(fill, self.backend.dialect, self.backend.literal)
        condition = f"({value}) IS NULL" + (f" AND {own} IS NULL" if is_there else "")
        try:
            with rolled_back(self.connection):
                problem = unfilled(self.connection, table, condition, name)
        except sa.exc.DBAPIError:  # It reads what is yet to be made: the rehearsal tells.
            return
        if problem:
            self.fills.short(f"{table.key}.{name}", problem)

    def _note_triggers(
        self,
        table: str,
        schema: str | None,
        name: str,
        filled: str,
        remedy: str = "; triggers=False in op.fill leaves that out",
    ) -> None:
        """Note the triggers that fire for each row where a column is filled, for that of `name`."""
        found = self.backend.update_triggers(self.connection, table, schema, filled)
        if found:
            self.notes.append(
                f"{key_of(table, schema)}.{name}: each row that is filled fires "
                f"{', '.join(found)}{remedy}"
            )

    def new_reference(self, table: Table, constraint: Constraint) -> RefuseRowsOp | None:
        """Return nothing: the trial says it of the rows that there are."""
        del table, constraint
        return None

    def lost_column(self, table: Table, name: str) -> list[str]:
        """Count the values."""
        values = self.rows.values(table.name, table.schema, name)
        held = f"{table.key}.{name} held {counted(values, 'value')} when this was written."
        return [held] if values else []

    def lost_table(self, table: Table) -> list[str]:
        """Count the rows."""
        rows = self.rows.total(table.name, table.schema)
        return [f"{table.key} held {counted(rows, 'row')} when this was written."] if rows else []

    def cast(self, table: Table, old: sa.Column[Any], new: sa.Column[Any]) -> list[str]:
        """Try the conversion on the rows, and count those that it changes."""
        refuse_impossible(self.connection, table, old, new)
        changed = changed_rows(self.connection, table, old, new)
        is_unknown = isinstance(changed, NotKnown)
        what = "whether its values would come back the same is not known" if is_unknown else changed
        said = [what] if is_unknown or changed else []
        said += [taken] if (taken := assumption(old.type, new.type)) else []
        lines = [f"{table.key}.{new.name}: {line}" for line in said]
        self.notes += lines
        # An example is of this database, and no matter of the file's.
        return [f"{line.partition(' (')[0]}." for line in lines]

    def new_key(self, table: Table, column: sa.Column[Any]) -> FillOp:
        """Return the answer given, else what the column's default makes, else random ones."""
        return self.fills.answered(table, column) or new_key_fill(table, column)

    def replaced_key(self, table: Table, name: str, references: Sequence[KeyReference]) -> None:
        """Count the rows, and those that refer to nothing."""
        refuse_dangling(self.connection, references)
        rows = self.rows.total(table.name, table.schema)
        if not rows:
            return
        get = "gets a new key" if rows == 1 else "get new keys"
        self.notes.append(
            f"{table.key}.{name}: {counted(rows, 'row')} {get}; whatever outside of this database "
            "knows the old ones finds nothing by them"
        )
        if references:
            follow = "follows" if len(references) == 1 else "follow"
            names = ", ".join(item.name for item in references)
            self.notes.append(f"{names} {follow} {table.key}.{name}")
        places = [(table, name), *((item.table, item.column) for item in references)]
        for place, column in dict.fromkeys(places):
            # The column that is filled is a new one.
            self._note_triggers(place.name, place.schema, column, "")

    def lost_values(self, enum: Enum, values: tuple[str, ...]) -> list[FillOp]:
        """Return what the answers say of the rows that have one of the values."""
        return [fill for key, name in enum.uses for fill in self._instead(enum, key, name, values)]

    def _instead(
        self, enum: Enum, key: str, name: str, values: tuple[str, ...]
    ) -> Iterator[FillOp]:
        schema, _, table = key.rpartition(".")
        condition = self._has_one_of(table, schema or None, name, values)
        rows = self.rows.where(table, schema or None, condition)
        if not rows:
            return
        have = f"{counted(rows, 'row')} of {key}.{name} {'has' if rows == 1 else 'have'}"
        problem = f"{have} a value that the enum {enum.name} loses ({', '.join(values)})"
        if value := self.fills.instead(f"{key}.{name}", problem):
            held = ", ".join(values)
            self.notes.append(f"{key}.{name}: {counted(rows, 'row')} with {held} set to {value}")
            self._note_triggers(table, schema or None, name, name)
            yield FillOp(table, name, text_of_sql(value), where=condition, schema=schema or None)

    def _has_one_of(
        self, table: str, schema: str | None, name: str, values: tuple[str, ...]
    ) -> str:
        """Return the condition that a column, or the list in it, holds one of the values."""
        column, listed = self.rows.quoted(name), ", ".join(text_literal(value) for value in values)
        columns = reflected_columns(sa.inspect(self.connection), table, schema)
        type_ = next(item["type"] for item in columns if item["name"] == name)
        return self.backend.holds_one_of(column, type_, listed)
