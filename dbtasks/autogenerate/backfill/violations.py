"""Rows that break a rule which is to hold from now on: how many, and one of them.

What is asked is about columns that stay as they are; of all others the trial says it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dbtasks.autogenerate.state.definitions import DefinedSchema, check_sql
from dbtasks.databases import backend_of
from dbtasks.databases.row_statements import count
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.terms import shortened
from dbtasks.hints import counted
from dbtasks.operations.sql import literal_sql
from dbtasks.schema import difference as d
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint, Index, Table


def violations(
    connection: sa.Connection,
    differences: Sequence[d.Difference],
    new: DefinedSchema,
    given: Collection[str],
) -> Iterator[str]:
    """Yield a line for each new constraint that rows of today break; `given` get rows."""
    moving = set(_moving(differences))
    made = {item.table.key for item in differences if isinstance(item, d.TableAdded)}
    for item in differences:
        if isinstance(item, d.ConstraintAdded) and item.constraint.referred in made - {*given}:
            yield from _without_any_parent(connection, item, new)
            continue
        if isinstance(item, d.ConstraintAdded) and item.constraint.referred not in made:
            columns = item.constraint.columns
            broken = _of_constraint(connection, item.table, item.constraint, new)
        elif isinstance(item, d.IndexAdded) and item.index.unique:
            columns = item.index.columns
            broken = _of_index(connection, item.table, item.index, new)
        else:
            continue
        stays = not moving & {(item.table.key, name) for name in columns}
        if broken is not None and stays and (line := broken.told(connection)):
            yield line


@dataclass(frozen=True)
class _Broken:
    """Which rows of a table break a rule, and what they do; `shown` is what is shown of one."""

    table: Table
    rule: str
    condition: str
    does: tuple[str, str]
    shown: Sequence[str]

    def told(self, connection: sa.Connection) -> str:
        """Return the line; empty where no row breaks the rule, or nobody can say."""
        quoted = backend_of(connection).quoted
        place, shown = quoted(self.table.schema, self.table.name), map(quoted, self.shown)
        query = f"SELECT {', '.join(shown)} FROM {place} AS own WHERE {self.condition} LIMIT 1"
        try:
            with rolled_back(connection):
                rows = count(connection, f"{place} AS own", self.condition)
                one = connection.execute(literal_sql(query)).one() if rows else ()
        except sa.exc.SQLAlchemyError:
            return ""
        if not rows:
            return ""
        pairs = zip(self.shown, one, strict=True)
        values = ", ".join(f"{name} {shortened(value)}" for name, value in pairs)
        does = f"{counted(rows, 'row')} {self.does[rows != 1]}"
        return f"{self.table.key} can't get the {self.rule}: {does}, one with {values}"


def _moving(differences: Sequence[d.Difference]) -> Iterator[tuple[str, str]]:
    """Yield the columns that are not yet what they will be."""
    for item in differences:
        if isinstance(item, (d.ColumnAdded, d.ColumnDropped)):
            yield item.table.key, item.column.name
        elif isinstance(item, d.ColumnChanged):
            yield item.table.key, item.new.name


def _of_constraint(
    connection: sa.Connection, table: Table, fact: Constraint, new: DefinedSchema
) -> _Broken | None:
    named = f" {fact.name}" if fact.name else ""
    if fact.kind in {UNIQUE, PRIMARY_KEY}:
        kind = "primary key" if fact.kind == PRIMARY_KEY else "unique constraint"
        return _shared(connection, table, fact.columns, f"{kind}{named}")
    constraint = new.constraint(table, fact)
    if fact.kind == CHECK and isinstance(constraint, sa.CheckConstraint):
        sql = check_sql(constraint, new.dialect)
        shown = fact.columns or new.schema.tables[table.key].primary_key
        does = "breaks it", "break it"
        return _Broken(table, f"check{named} ({sql})", f"NOT ({sql})", does, shown)
    if fact.kind == FOREIGN_KEY and isinstance(constraint, sa.ForeignKeyConstraint):
        return _without_parent(connection, table, fact, constraint)
    return None


def _of_index(
    connection: sa.Connection, table: Table, fact: Index, new: DefinedSchema
) -> _Broken | None:
    """Return the rows that are in the way of a unique index over columns, and over all rows."""
    expressions = new.index(table, fact).expressions
    is_plain = all(isinstance(item, sa.Column) for item in expressions)
    if not is_plain or " WHERE " in fact.definition:
        return None
    return _shared(connection, table, fact.columns, f"unique index {fact.name}")


def _shared(
    connection: sa.Connection, table: Table, columns: Sequence[str], rule: str
) -> _Broken | None:
    if not columns:
        return None
    backend = backend_of(connection)
    names = ", ".join(backend.quoted(name) for name in columns)
    place = backend.quoted(table.schema, table.name)
    filled = " AND ".join(f"{backend.quoted(name)} IS NOT NULL" for name in columns)
    several = f"SELECT {names} FROM {place} WHERE {filled} GROUP BY {names} HAVING count(*) > 1"
    does = "has the values of another", "have the values of another"
    listed = f"{rule} ({', '.join(columns)})"
    return _Broken(table, listed, f"({names}) IN ({several})", does, columns)


def _without_parent(
    connection: sa.Connection,
    table: Table,
    fact: Constraint,
    constraint: sa.ForeignKeyConstraint,
) -> _Broken:
    quoted = backend_of(connection).quoted
    schema, _, name = fact.referred.rpartition(".")
    referred = [item.target_fullname.rpartition(".")[2] for item in constraint.elements]
    pairs = zip(referred, fact.columns, strict=True)
    same = " AND ".join(f"other.{quoted(there)} = own.{quoted(here)}" for there, here in pairs)
    filled = " AND ".join(f"own.{quoted(here)} IS NOT NULL" for here in fact.columns)
    parents = f"SELECT 1 FROM {quoted(schema or None, name)} AS other WHERE {same}"
    return _referring(table, fact, f"{filled} AND NOT EXISTS ({parents})")


def _without_any_parent(
    connection: sa.Connection, item: d.ConstraintAdded, new: DefinedSchema
) -> Iterator[str]:
    """Yield what is in the way of a foreign key to a table that is new, and empty."""
    constraint, fact = new.constraint(item.table, item.constraint), item.constraint
    if not isinstance(constraint, sa.ForeignKeyConstraint):
        return
    quoted = backend_of(connection).quoted
    schema, _, name = item.table.key.rpartition(".")
    filled = " AND ".join(f"own.{quoted(here)} IS NOT NULL" for here in fact.columns)
    broken = _referring(item.table, fact, filled)
    if line := broken.told(connection):
        referred = [element.target_fullname.rpartition(".")[2] for element in constraint.elements]
        pairs = zip(fact.columns, referred, strict=True)
        chosen = ", ".join(f"{quoted(here)} AS {quoted(there)}" for here, there in pairs)
        query = f"SELECT DISTINCT {chosen} FROM {quoted(schema or None, name)}"
        yield f"{line}. It is new, and gets rows by --fill-table {fact.referred}='{query}'"


def _referring(table: Table, fact: Constraint, condition: str) -> _Broken:
    named = f" {fact.name}" if fact.name else ""
    rule = f"foreign key{named} ({', '.join(fact.columns)})"
    does = f"refers to nothing in {fact.referred}", f"refer to nothing in {fact.referred}"
    return _Broken(table, rule, condition, does, fact.columns)
