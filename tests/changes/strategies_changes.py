"""Pairs of models: what was, with rows in it, and what it became by a few edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.changes import strategies_edits as edits
from tests.changes.strategies import Target, models
from tests.changes.strategies_model import Column, Model, Table
from tests.changes.strategies_rows import NONE, Row, Rows, are_unique, rows_of

EDITS = (
    edits.add_column,
    edits.drop_column,
    edits.retype_column,
    edits.retype_column,
    edits.change_default,
    edits.change_nullability,
    edits.change_comment,
    edits.add_part,
    edits.add_part,
    edits.drop_part,
    edits.add_reference,
    edits.change_reference,
    edits.change_computed,
    edits.change_identity,
    edits.change_table_comment,
    edits.change_schema,
    edits.add_table,
    edits.drop_table,
)


@dataclass(frozen=True)
class Pair:
    """Models before and after a change, and the rows that are there between the two."""

    before: Model
    after: Model
    rows: Rows

    def gaps(self) -> Iterator[tuple[Table, Column]]:
        """Yield the columns that want a value of rows which have none."""
        for old, new in self.both():
            rows = self.rows.get(old.key, ())
            for column in new.columns:
                before = old.column(column.name)
                is_new = before is None and column.default is None
                is_empty = is_new or (before and any(_is_null(row, before) for row in rows))
                if rows and is_empty and not column.nullable and not column.made:
                    yield new, column

    def filling(self, table: Table, column: Column) -> tuple[str, ...]:
        """Return the values that such a column may get; they convert back where it was another."""
        old_table = self.before.table(table.key)
        old = old_table.column(column.name) if old_table else None
        if old is None or old.type.kind == column.type.kind or column.type.kind != "text":
            return column.type.values
        return tuple(f"str({value})" for value in old.type.values)

    def kept(self) -> Iterator[tuple[Table, list[str]]]:
        """Yield tables with the columns whose values there and back are the same."""
        touched = {(table.key, column.name) for table, column in self.gaps()}
        for old, new in self.both():
            gone = {c.name for c in old.columns if new.column(c.name) is None}
            gone |= {name for key, name in touched if key == old.key}
            yield old, [c.name for c in old.columns if not gone & {c.name, *c.needs}]

    def steady(self) -> Iterator[tuple[Table, list[str]]]:
        """Yield tables with the columns whose values there are the same already."""
        for old, names in self.kept():
            new = self.after.table(old.key)
            yield old, [name for name in names if _holds_same(old.column(name), new.column(name))]

    def both(self) -> Iterator[tuple[Table, Table]]:
        """Yield the tables that are in both models, as they were and as they became."""
        for old in self.before.tables:
            new = self.after.table(old.key)
            if new is not None:
                yield old, new

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        del cycle
        rows = "\n".join(f"{key}: {[dict(row) for row in rows]}" for key, rows in self.rows.items())
        printer.text(f"before\n{self.before.source}\nrows\n{rows}\nafter\n{self.after.source}")


@st.composite
def pairs(draw, target: Target) -> Pair:
    """Draw a pair; one to four edits lie between its models."""
    before = after = draw(models(target))
    rows = draw(rows_of(before))
    for number in range(draw(st.integers(1, 4))):
        edited = draw(st.sampled_from(EDITS))(draw, after, target, number)
        if _takes(edited, rows):
            after = edited
    return Pair(before, after, rows)


def _takes(model: Model, rows: Rows) -> bool:
    """Whether the rows that are there may stay in the models' tables."""
    return all(
        are_unique(table, [_filled(table, row) for row in rows.get(table.key, ())])
        for table in model.tables
    )


def _holds_same(one: Column, other: Column) -> bool:
    return one.type == other.type and "Computed" not in one.made + other.made


def _is_null(row: Row, column: Column) -> bool:
    """Whether a column holds NULL, also because no value of its type could be drawn."""
    undrawn = "made" if column.made or column.default is not None else NONE
    return row.get(column.name, undrawn) == NONE


def _filled(table: Table, row: Row) -> Row:
    """Return a row as it is when each column that must have a value has one."""
    empty = [c for c in table.columns if row.get(c.name) == NONE and not c.nullable]
    return {**row, **{c.name: next(iter(c.type.values), "?") for c in empty}}
