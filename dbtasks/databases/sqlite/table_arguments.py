"""What a batch's arguments say of the table: `table_args`, `table_kwargs`, `naming_convention`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.databases.sqlite.compilation import compiled
from dbtasks.databases.sqlite.ddl import (
    Clause,
    ColumnDefinition,
    TableDefinition,
    inside,
    names,
    quoted,
)
from dbtasks.databases.sqlite.definitions import mapped, without_primary_key
from dbtasks.operations.batch import BatchArguments
from dbtasks.operations.names import full_name
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint

_AUTOINCREMENT = "sqlite_autoincrement"


def are_known(given: BatchArguments) -> bool:
    """Whether all that is said of the table can be done to its definition."""
    return all(isinstance(item, (sa.Constraint, sa.Index)) for item in given.table_args) and all(
        (name == _AUTOINCREMENT and value)
        or ("_" in name and not name.startswith(("sqlite_", "keep_", "extend_")))
        for name, value in given.table_kwargs.items()
    )


def with_convention(definition: TableDefinition, convention: Mapping[str, Any]) -> TableDefinition:
    """Return the definition with a name for each nameless key that the convention has one for.

    Those that stand with their column come to stand with the table, where SQLAlchemy finds names.
    """
    lifted: list[Clause] = []

    def named(own: tuple[str, ...], clause: Clause) -> Clause | None:
        if clause.name is not None or clause.kind not in {PRIMARY_KEY, UNIQUE, FOREIGN_KEY}:
            return clause
        name = _conventional_name(definition, own, clause, convention)
        if name is None or not own or clause.kind == PRIMARY_KEY:
            return replace(clause, name=name)
        lifted.append(_of_table(clause, own[0], name))
        return None

    made = mapped(definition, named)
    return replace(made, constraints=(*made.constraints, *lifted))


def _of_table(clause: Clause, column: str, name: str) -> Clause:
    columns = ("(", quoted(column), ")")
    if clause.kind == UNIQUE:
        return Clause(UNIQUE, ("UNIQUE", *columns, *clause.tokens[1:]), name)
    return Clause(FOREIGN_KEY, ("FOREIGN", "KEY", *columns, *clause.tokens), name)


def _conventional_name(
    definition: TableDefinition,
    own: tuple[str, ...],
    clause: Clause,
    convention: Mapping[str, Any],
) -> str | None:
    facts = sqlite.constraint_facts(clause, definition, own)
    metadata = sa.MetaData(naming_convention=dict(convention))
    table = sa.Table(
        definition.name, metadata, *(sa.Column(column.name) for column in definition.columns)
    )
    made: sa.Constraint
    if clause.kind == PRIMARY_KEY:
        made = sa.PrimaryKeyConstraint(*facts.columns)
    elif clause.kind == UNIQUE:
        made = sa.UniqueConstraint(*facts.columns)
    else:
        made = sa.ForeignKeyConstraint(facts.columns, _referred(metadata, clause, facts))
    table.append_constraint(made)
    return full_name(made)


def _referred(metadata: sa.MetaData, clause: Clause, facts: Constraint) -> list[sa.Column[Any]]:
    start = [token.upper() for token in clause.tokens].index("REFERENCES")
    rest = clause.tokens[start + 2 :]
    columns = names(inside(rest)) if rest[:1] == ("(",) else facts.columns
    table = metadata.tables.get(facts.referred or "")
    if table is None:
        table = sa.Table(facts.referred or "", metadata)
    for name in columns:
        if name not in table.c:
            table.append_column(sa.Column(name))
    return [table.c[name] for name in columns]


def with_arguments(definition: TableDefinition, given: BatchArguments) -> TableDefinition:
    """Return the definition with what `table_args` and `table_kwargs` add to it.

    A check among them means that the nameless ones are said anew, as Alembic takes it.
    """
    if any(isinstance(item, sa.CheckConstraint) for item in given.table_args):
        definition = mapped(
            definition,
            lambda _, clause: None if clause.kind == CHECK and clause.name is None else clause,
        )
    added = _made(definition, given.table_args).constraints
    if any(clause.kind == PRIMARY_KEY for clause in added):
        definition = without_primary_key(definition)
    definition = replace(definition, constraints=(*definition.constraints, *added))
    return _counting(definition) if given.table_kwargs.get(_AUTOINCREMENT) else definition


def indexes_of(given: BatchArguments) -> list[sa.Index]:
    """Return the indexes among `table_args`, after `with_arguments` has given them a table."""
    return [item for item in given.table_args if isinstance(item, sa.Index)]


def _made(definition: TableDefinition, items: Sequence[Any]) -> TableDefinition:
    metadata = sa.MetaData()
    columns = (sa.Column(column.name, sa.Integer()) for column in definition.columns)
    table = sa.Table(definition.name, metadata, *columns, *items)
    for key in table.foreign_keys:
        name, _, column = key.target_fullname.rpartition(".")
        if name != table.name:
            parent = metadata.tables.get(name)
            parent = sa.Table(name, metadata) if parent is None else parent
            if column not in parent.c:
                parent.append_column(sa.Column(column, sa.Integer()))
    return compiled(table)


def _counting(definition: TableDefinition) -> TableDefinition:
    """Return the definition with a primary key that gives no value out twice."""
    keys = [
        (sqlite.constraint_facts(clause, definition, own).columns, clause.name)
        for own, clause in definition.clauses()
        if clause.kind == PRIMARY_KEY
    ]
    if not keys or len(keys[0][0]) != 1:
        return definition
    (column,), name = keys[0]
    clause = Clause(PRIMARY_KEY, ("PRIMARY", "KEY", "AUTOINCREMENT"), name)
    definition = without_primary_key(definition)
    return replace(
        definition,
        columns=tuple(_with_key(item, column, clause) for item in definition.columns),
    )


def _with_key(item: ColumnDefinition, column: str, clause: Clause) -> ColumnDefinition:
    return item.with_clause(PRIMARY_KEY, clause) if item.name == column else item
