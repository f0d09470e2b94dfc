"""Rows for the tables of a model: Python literals of what its types can hold."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.changes.strategies_model import Column, Model, Table
from tests.changes.strategies_parts import is_key, key_columns

Row = Mapping[str, str]
"""The values of a row as Python, by column; a column that is left out gets its default."""
Rows = Mapping[str, tuple[Row, ...]]
"""The rows of a model's tables, by the tables' keys."""

NONE = "None"
_MOST_ROWS = 2


@st.composite
def rows_of(draw, model: Model) -> Rows:
    """Draw up to two rows for each table. The first row of a table refers to first rows."""
    rows: dict[str, tuple[Row, ...]] = {}
    for table in model.tables:
        drawn = [draw(_row(table, number, rows)) for number in range(_MOST_ROWS)]
        kept = drawn[: drawn.index(None)] if None in drawn else drawn
        while len(kept) > 1 and not are_unique(table, kept):
            kept.pop()
        rows[table.key] = tuple(kept)
    return rows


@st.composite
def _row(draw, table: Table, number: int, rows: Mapping[str, tuple[Row, ...]]) -> Row | None:
    """Draw a row; None where a column must have a value and there is none to give."""
    row = {}
    references = {name: part for part in table.parts if part.refers for name in part.columns}
    for column in table.columns:
        is_counted = "always=True" in column.made and "sqlite_with_rowid=False" not in table.options
        if is_counted or "Computed" in column.made:
            continue
        if column.name in references:
            continue
        if choices := _values(column, number):
            row[column.name] = draw(st.sampled_from(choices))
        elif not column.nullable and column.default is None:
            return None
    for part in dict.fromkeys(references.values()):
        known = row if part.refers == table.key else _row_at(rows, part.refers, number)
        target = part.target_columns
        if known is not None and all(known.get(name, NONE) != NONE for name in target):
            row |= {own: known[name] for own, name in zip(part.columns, target, strict=True)}
        elif all(table.column(name).nullable for name in part.columns):
            row |= dict.fromkeys(part.columns, NONE)
        else:
            return None
    return row


def _row_at(rows: Mapping[str, tuple[Row, ...]], key: str, number: int) -> Row | None:
    found = rows.get(key, ())
    return found[number] if number < len(found) else None


def _values(column: Column, number: int) -> list[str]:
    """Return what a column may hold in a row, other values in the one than in the other."""
    if is_key(column) and column.type.kind == "integer":
        return [str(number + 1)]
    own = [value for place, value in enumerate(column.type.values) if place % 2 == number % 2]
    if not column.type.values:
        return []
    may_be_null = column.nullable and not is_key(column) and "not_null=True" not in column.type.text
    nothing = [NONE] if may_be_null else []
    return [*own, *nothing] or list(column.type.values)


def are_unique(table: Table, rows: list[Row] | tuple[Row, ...]) -> bool:
    """Whether rows differ wherever the table wants them to."""
    singles = [(c.name,) for c in table.columns if "unique=True" in c.inline]
    keys = [*singles, tuple(c.name for c in key_columns(table))]
    for part in table.parts:
        if part.kind == "unique" or "unique=True" in part.source:
            keys += [(name,) for name in part.columns] if part.kind == "index" else [part.columns]
        if part.kind == "exclude":
            keys.append(part.columns)
    return all(_differ(rows, key) for key in keys if key)


def _differ(rows: list[Row] | tuple[Row, ...], key: tuple[str, ...]) -> bool:
    """Whether rows differ in a key; a value that is not known is the same in all."""
    held = [tuple(row.get(name, "?") for name in key) for row in rows]
    return len(held) == len(set(held))
