"""The facts of a schema: tables, columns, constraints, indexes, enums, domains.

All texts are the database's own spelling, so that two of them are equal where the database makes
no difference. Facts know nothing of SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PRIMARY_KEY, UNIQUE, FOREIGN_KEY, CHECK, EXCLUDE = (
    "primary key",
    "unique",
    "foreign key",
    "check",
    "exclude",
)

AUTOINCREMENT = "autoincrement"
"""The identity of a key that gives out no number twice, on SQLite."""


@dataclass(frozen=True)
class Column:
    """One column. `type` and `default` are SQL; `generated` and `identity` say how it is made.

    `elsewhere` is what the column's type is called on the other database, where that is known.
    """

    name: str
    type: str
    nullable: bool
    default: str | None = None
    generated: str | None = None
    identity: str | None = None
    collation: str | None = None
    comment: str | None = None
    elsewhere: str | None = None


@dataclass(frozen=True)
class Constraint:
    """A constraint. `definition` is its SQL without the name; `columns` are those of its table.

    `name` is None where the database keeps none. `referred` is the table that a foreign key
    points to.
    """

    kind: str
    name: str | None
    definition: str
    columns: tuple[str, ...]
    referred: str = ""


@dataclass(frozen=True)
class Index:
    """An index that belongs to no constraint. `definition` is its SQL without name and table."""

    name: str
    unique: bool
    definition: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table. `schema` is None for the default one; `options` are what stands behind its body.

    `inherits` are the keys of the tables that its rows are rows of too.
    """

    name: str
    schema: str | None = None
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str | None = None
    options: str = ""
    inherits: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name with its schema, as in `MetaData.tables`."""
        return key_of(self.name, self.schema)

    @property
    def making(self) -> str:
        """All that stands behind the body, as SQL."""
        inherits = f"INHERITS ({', '.join(self.inherits)})" if self.inherits else ""
        return f"{inherits} {self.options}".strip()

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        keys = (item.columns for item in self.constraints if item.kind == PRIMARY_KEY)
        return next(keys, ())


@dataclass(frozen=True)
class Enum:
    """An enumerated type with its values in order. `uses` are its columns, as (table, column)."""

    name: str
    schema: str | None
    values: tuple[str, ...]
    uses: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The name with its schema."""
        return key_of(self.name, self.schema)


@dataclass(frozen=True)
class Domain:
    """A type with rules of its own. `definition` is SQL; `uses` are as those of an `Enum`."""

    name: str
    schema: str | None
    definition: str
    uses: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The name with its schema."""
        return key_of(self.name, self.schema)


@dataclass(frozen=True)
class Schema:
    """Everything of a database that models can declare, by key."""

    tables: dict[str, Table] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)


def key_of(name: str, schema: str | None) -> str:
    """Return a name with its schema."""
    return f"{schema}.{name}" if schema else name
