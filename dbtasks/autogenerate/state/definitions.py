"""The two sides of a migration: what a schema is, and the objects that write it down again.

The facts of a side say what is there. Its SQLAlchemy tables say it in the words in which a
revision is written, portable types and all: those of the models for the new side, for the old one
those that the history itself used, or else what reflection makes of the database.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import conv

from dbtasks.databases import backend_of
from dbtasks.operations.constraint_kinds import columns_of, constraints_of, kind_of
from dbtasks.operations.names import default_name, full_name
from dbtasks.schema.facts import CHECK, EXCLUDE, Constraint, Index, Schema, Table, key_of

Tables = Callable[[str, str | None], sa.Table]
"""Gives the SQLAlchemy table of a name and schema."""


def tables_of(metadata: sa.MetaData) -> Tables:
    """Return a way to the tables of `metadata`."""
    return lambda name, schema: metadata.tables[key_of(name, schema)]


_QUOTED = re.compile(r"""(["']).*?\1""")


@dataclass(frozen=True)
class Definitions:
    """Tables in SQLAlchemy's words, and what the database says of them."""

    schema: Schema
    tables: Tables


@dataclass(frozen=True)
class DefinedSchema:
    """One side: the facts, and the sources that have words for them, the best first.

    A source is believed in what its facts have in common with those of the side.
    """

    schema: Schema
    sources: Sequence[Definitions]
    dialect: sa.Dialect

    def table(self, key: str) -> sa.Table:
        """Return the SQLAlchemy table of a key."""
        facts = self.schema.tables[key]
        return next(self._tables(facts, lambda other: other == facts))

    def column(self, key: str, name: str) -> sa.Column[Any]:
        """Return a column that belongs to no table, without constraints and indexes."""
        return bare_column(self.original(key, name))

    def original(self, key: str, name: str) -> sa.Column[Any]:
        """Return a column as it stands in its table, with its defaults and references."""
        facts = self.schema.tables[key]
        tables = self._tables(facts, lambda other: other.column(name) == facts.column(name))
        # What a parent has brought to a table, its own words may not tell.
        return next(column for table in tables for column in table.columns if column.name == name)

    def constraint(self, table: Table, fact: Constraint) -> sa.Constraint:
        """Return the SQLAlchemy constraint that a fact is about."""
        source = next(self._tables(table, lambda other: fact in other.constraints))
        return constraint_of(source, fact, self.dialect)

    def index(self, table: Table, fact: Index) -> sa.Index:
        """Return the SQLAlchemy index that a fact is about."""
        indexes = next(self._tables(table, lambda other: fact in other.indexes)).indexes
        named = (item for item in indexes if final_name(item, self.dialect) == fact.name)
        return next(named, None) or _index_of_words(table, fact)

    def _tables(self, facts: Table, is_believed: Callable[[Table], bool]) -> Iterator[sa.Table]:
        """Yield the tables of the sources that are believed, the best first."""
        for source in self.sources[:-1]:
            known = source.schema.tables.get(facts.key)
            if known is not None and is_believed(known):
                yield source.tables(facts.name, facts.schema)
        yield self.sources[-1].tables(facts.name, facts.schema)


def constraint_of(table: sa.Table, fact: Constraint, dialect: sa.Dialect) -> sa.Constraint:
    """Return the constraint of a SQLAlchemy table that a fact is about."""
    candidates = [item for item in constraints_of(table) if kind_of(item) == fact.kind]
    named = [item for item in candidates if fact.name and final_name(item, dialect) == fact.name]
    candidates = named or candidates  # SQLite lets several have one name.
    if fact.kind not in {CHECK, EXCLUDE}:
        same = [item for item in candidates if columns_of(item) == fact.columns]
        candidates = same or candidates
    nameless = [item for item in candidates if final_name(item, dialect) is None]
    return max(nameless or candidates, key=lambda item: _likeness(item, fact, dialect))


def _index_of_words(table: Table, fact: Index) -> sa.Index:
    """Return an index by its own words: on SQLite, SQLAlchemy reflects none with expressions."""
    outside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), fact.definition)
    depths = accumulate({"(": 1, ")": -1}.get(character, 0) for character in outside)
    end = next(place for place, depth in enumerate(depths) if not depth)
    parts, condition = fact.definition[1:end], fact.definition[end + 1 :]
    words = condition.strip()[len("where ") :]
    options: dict[str, Any] = {"sqlite_where": sa.literal_column(words)} if words else {}
    index = sa.Index(conv(fact.name), sa.literal_column(parts), unique=fact.unique, **options)
    sa.Table(table.name, sa.MetaData(), index, schema=table.schema)
    return index


def bare_column(column: sa.Column[Any]) -> sa.Column[Any]:
    """Return a copy of a column with all that stands in its own line, and nothing else."""
    items: list[Any] = []
    default = column.server_default
    if isinstance(default, sa.Computed):
        items.append(sa.Computed(default.sqltext, persisted=default.persisted))
    elif isinstance(default, sa.Identity):
        items.append(_identity(default))
    return sa.Column(
        column.name,
        plain_type(column.type),
        *items,
        server_default=_default_argument(default),
        nullable=column.nullable,
        comment=column.comment,
        autoincrement=False if counts_by_itself(column) else column.autoincrement,
    )


def counts_by_itself(column: sa.Column[Any]) -> bool:
    """Whether the application takes a column's values from a sequence; the server has no part."""
    return isinstance(column.default, sa.Sequence) and not column.default.optional


def plain_type(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return a type that brings no CHECK of its own: those are constraints like all others."""
    if isinstance(type_, (sa.Enum, sa.Boolean)) and type_.create_constraint:
        copied: sa.Enum | sa.Boolean = type_.copy()  # type: ignore[no-untyped-call]
        copied.create_constraint = False
        return copied
    return type_


def checks_inside(table: sa.Table, dialect: sa.Dialect) -> list[sa.CheckConstraint]:
    """Return the checks that stand inside of a table's columns, as the table's own."""
    inside = (item for column in table.columns for item in column.constraints)
    return [
        sa.CheckConstraint(check_sql(item, dialect), name=_settled(item, dialect))
        for item in inside
        if isinstance(item, sa.CheckConstraint)
    ]


def _settled(item: sa.Constraint, dialect: sa.Dialect) -> conv | None:
    name = final_name(item, dialect)
    return None if name is None else conv(name)


def final_name(item: sa.Constraint | sa.Index, dialect: sa.Dialect) -> str | None:
    """Return the name that a constraint or index has in the database, by the convention too."""
    name = full_name(item)
    return name and backend_of(dialect).kept_name(name)


def check_sql(constraint: sa.CheckConstraint, dialect: sa.Dialect) -> str:
    """Return the condition of a check as SQL, that of a type's own check included."""
    if isinstance(constraint.sqltext, sa.TextClause):
        return constraint.sqltext.text
    options = {"literal_binds": True, "render_postcompile": True, "include_table": False}
    plain = backend_of(dialect).dialect
    return str(constraint.sqltext.compile(dialect=plain, compile_kwargs=options))


def fixed_name(table: Table, fact: Constraint) -> conv:
    """Return the name by which a revision calls a constraint, one without a name included."""
    return conv(fact.name or default_name(table.name, fact))


def _default_argument(default: Any) -> Any:
    return default.arg if isinstance(default, sa.DefaultClause) else None


def _identity(identity: sa.Identity) -> sa.Identity:
    names = ("always", "start", "increment", "minvalue", "maxvalue", "cycle", "cache")
    return sa.Identity(**{name: getattr(identity, name) for name in names})


def _likeness(
    constraint: sa.Constraint, fact: Constraint, dialect: sa.Dialect
) -> tuple[bool, float]:
    """Return whether a check names the same columns, and how alike a constraint is worded."""
    if not isinstance(constraint, sa.CheckConstraint):
        known, options = set(_words(fact.definition)), _options(constraint)
        return False, len(options & known) - len(options - known)
    sql, said = check_sql(constraint, dialect).lower(), fact.definition.lower()
    plain = sql.replace('""', '"')
    is_about = all(name.lower() in plain for name in fact.columns)
    return is_about, difflib.SequenceMatcher(None, sql, said).ratio()


def _options(constraint: sa.Constraint) -> set[str]:
    """Return what a constraint says beyond its columns, in words that a database has for it."""
    names = ("where", "match", "ondelete", "onupdate", "initially")
    options = (getattr(constraint, name, None) for name in names)
    said = [str(option) for option in options if option is not None]
    said += ["deferrable"] if constraint.deferrable else []
    if isinstance(constraint, sa.ForeignKeyConstraint):
        said += [element.target_fullname for element in constraint.elements]
    for name, value in constraint.dialect_kwargs.items():
        said.append(f"{name.partition('_')[2].replace('_', ' ')} {'' if value is True else value}")
    return set(_words(" ".join(said)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
