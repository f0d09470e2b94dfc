"""Models as plain values that print themselves as the Python they stand for.

A value of these classes is what the property tests draw and edit. Its source is what is run, and
what a failing test shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

PRELUDE = """\
import datetime as dt
import enum
import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects import sqlite

from dbtasks import ListOf
"""


@dataclass(frozen=True)
class Type:
    """A column type as Python, with Python literals of its values and server defaults.

    `kind` says what can be done with its values; "" where they can only be kept.
    """

    text: str
    kind: str = ""
    values: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    is_sortable: bool = True


@dataclass(frozen=True)
class Column:
    """A column. `made` is its Computed, Identity or Sequence, `needs` what it is computed from."""

    name: str
    type: Type
    nullable: bool = True
    default: str | None = None
    made: str = ""
    needs: tuple[str, ...] = ()
    comment: str | None = None
    inline: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The column as Python."""
        made = [self.made] if self.made.startswith("sa.") else []
        items = [repr(self.name), self.type.text, *made, *self.inline]
        if self.made and not made:
            items.append(self.made)
        if not self.nullable and "primary_key=True" not in self.inline:
            items.append("nullable=False")
        if self.default is not None:
            items.append(f"server_default={self.default}")
        if self.comment is not None:
            items.append(f"comment={self.comment!r}")
        return f"sa.Column({', '.join(item for item in items if item)})"


@dataclass(frozen=True)
class Part:
    """A constraint or an index, as Python in which `t` is the table.

    `columns` are those it needs. A foreign key `refers` to the table of that key, and there to
    `target_columns`.
    """

    kind: str
    source: str
    columns: tuple[str, ...]
    refers: str = ""
    target_columns: tuple[str, ...] = ()

    @property
    def is_inside(self) -> bool:
        """Whether it stands among the table's arguments, and not below."""
        return "t.c[" not in self.source


@dataclass(frozen=True)
class Table:
    """A table; `options` are further arguments as Python, its comment among them."""

    name: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...] = ()
    options: tuple[str, ...] = ()
    schema: str | None = None

    @property
    def key(self) -> str:
        """The name with its schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @property
    def source(self) -> str:
        """The table as Python."""
        schema = (f"schema={self.schema!r}",) if self.schema else ()
        inside = tuple(part.source for part in self.parts if part.is_inside)
        items = (*(column.source for column in self.columns), *inside, *self.options, *schema)
        body = "".join(f"    {item},\n" for item in items)
        below = "".join(f"{part.source}\n" for part in self.parts if not part.is_inside)
        return f"t = sa.Table({self.name!r}, metadata,\n{body})\n{below}"

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def with_column(self, old: Column, new: Column) -> Table:
        """Return the table with a column changed."""
        return replace(self, columns=tuple(new if c is old else c for c in self.columns))


@dataclass(frozen=True)
class Model:
    """What a models module declares. `preamble` holds what tables share, such as domains."""

    tables: tuple[Table, ...] = ()
    convention: str = ""
    preamble: tuple[str, ...] = field(default=())

    @property
    def source(self) -> str:
        """The module's Python below the prelude."""
        lines = [f"metadata = sa.MetaData({self.convention})", *self.preamble]
        return "\n".join([*lines, *(table.source for table in self.tables)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        del cycle
        printer.text(f"the models\n{self.source}")

    def table(self, key: str) -> Table | None:
        """Return the table of a key."""
        return next((table for table in self.tables if table.key == key), None)

    def with_table(self, old: Table, new: Table) -> Model:
        """Return the models with a table changed."""
        return replace(self, tables=tuple(new if t is old else t for t in self.tables))

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Yield every column with its table."""
        for table in self.tables:
            yield from ((table, column) for column in table.columns)


def quoted(name: str) -> str:
    """Return a name as both databases quote it."""
    return '"' + name.replace('"', '""') + '"'
