"""Constraints that SQLite keeps without a name, where the models' naming convention names all.

A revision can't leave them nameless there: the convention would name them when it runs. So it gives
them PostgreSQL's names, by which revisions call nameless ones anyway.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from dbtasks.autogenerate.state.definitions import constraint_of, fixed_name
from dbtasks.operations.names import default_name
from dbtasks.schema.facts import Constraint, Schema, Table


def name_constraints(table: sa.Table, facts: Table, dialect: sa.Dialect) -> None:
    """Give names to the nameless constraints of a table that is read from a database."""
    for fact in facts.constraints:
        if fact.name is None:
            constraint_of(table, fact, dialect).name = fixed_name(facts, fact)


def nameless_like(live: Schema, other: Schema) -> Schema:
    """Return `other`, nameless where `live` is and the name says no more than that."""
    tables = dict(other.tables)
    for key in other.tables.keys() & live.tables.keys():
        nameless = [item for item in live.tables[key].constraints if item.name is None]
        tables[key] = _nameless(other.tables[key], nameless)
    return replace(other, tables=tables)


def _nameless(table: Table, live: list[Constraint]) -> Table:
    constraints = []
    for item in table.constraints:
        without = replace(item, name=None)
        if without in live and item.name == default_name(table.name, item):
            live.remove(without)
            constraints.append(without)
        else:
            constraints.append(item)
    return replace(table, constraints=tuple(constraints))
