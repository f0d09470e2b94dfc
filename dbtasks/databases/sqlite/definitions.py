"""Changes of a SQLite table's definition, clause by clause. A definition is a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.databases.sqlite.ddl import (
    Clause,
    ColumnDefinition,
    TableDefinition,
    inside,
    name_of,
    quoted,
    split,
    unquoted,
)
from dbtasks.operations.constraint_kinds import kind_of_type
from dbtasks.operations.names import default_name
from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY

Place = tuple[tuple[str, ...], Clause]
"""A clause, and before it the column that it stands with, if it does."""


def with_column_changed(
    definition: TableDefinition, old: ColumnDefinition, new: ColumnDefinition
) -> TableDefinition:
    """Return the definition with another column in the place of one."""
    columns = (new if column.name == old.name else column for column in definition.columns)
    return replace(definition, columns=tuple(columns))


def with_clause_changed(
    definition: TableDefinition, old: Clause, new: Clause | None
) -> TableDefinition:
    """Return the definition with another clause in the place of one, or with none for None."""
    return mapped(definition, lambda _, clause: new if clause is old else clause)


def mapped(
    definition: TableDefinition, change: Callable[[tuple[str, ...], Clause], Clause | None]
) -> TableDefinition:
    """Return the definition with each clause as `change` makes it, which is given its place."""

    def changed(own: tuple[str, ...], clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        made = (change(own, clause) for clause in clauses)
        return tuple(clause for clause in made if clause is not None)

    columns = (replace(c, clauses=changed((c.name,), c.clauses)) for c in definition.columns)
    constraints = changed((), definition.constraints)
    return replace(definition, columns=tuple(columns), constraints=constraints)


def without_primary_key(definition: TableDefinition) -> TableDefinition:
    """Return the definition without its primary key."""
    return mapped(definition, lambda _, clause: None if clause.kind == PRIMARY_KEY else clause)


def without_column(definition: TableDefinition, column: ColumnDefinition) -> TableDefinition:
    """Return the definition without a column, and without the constraints that it is part of.

    A primary key stays, over its other columns.
    """
    kept = (_without(clause, definition, column.name) for clause in definition.constraints)
    return replace(
        definition,
        columns=tuple(item for item in definition.columns if item.name != column.name),
        constraints=tuple(clause for clause in kept if clause is not None),
    )


def _without(clause: Clause, definition: TableDefinition, column: str) -> Clause | None:
    columns = sqlite.constraint_facts(clause, definition).columns
    if column.lower() not in {name.lower() for name in columns}:
        return clause
    if clause.kind != PRIMARY_KEY or len(columns) == 1:
        return None
    opening = clause.tokens.index("(")
    parts = split(inside(clause.tokens))
    kept = [part for part in parts if name_of(part[0]).lower() != column.lower()]
    tokens = [token for part in kept for token in (",", *part)][1:]
    after = clause.tokens[opening + len(inside(clause.tokens)) + 1 :]
    return replace(clause, tokens=(*clause.tokens[: opening + 1], *tokens, *after))


def found_constraint(
    name: str, kind: str | None, definition: TableDefinition, places: list[Place]
) -> Place | None:
    """Return a constraint by its name, or by the one that PostgreSQL would have given it."""
    kind = kind_of_type(kind)
    for own, clause in places:
        if clause.name is not None and clause.name == name:
            return own, clause
    for own, clause in places:
        if clause.name is None and clause.kind in sqlite.KINDS and kind in {"", clause.kind}:
            facts = sqlite.constraint_facts(clause, definition, own)
            if default_name(definition.name, facts) == name:
                return own, clause
    return None


def with_names_changed(clause: Clause, names: Mapping[str, str]) -> Clause:
    """Return a constraint with other names for its columns, where it holds those of `names`."""
    words = [token.upper() for token in clause.tokens]
    end = words.index("REFERENCES") if clause.kind == FOREIGN_KEY else len(words)
    start = words.index("(") if "(" in words else end
    tokens = [
        quoted(names[unquoted(token)])
        if start < place < end and not token.startswith("'") and unquoted(token) in names
        else token
        for place, token in enumerate(clause.tokens)
    ]
    return replace(clause, tokens=tuple(tokens))


def is_over_columns_of(clause: Clause, definition: TableDefinition) -> bool:
    """Whether a table has all columns of a constraint; of a check that is not asked."""
    there = {column.name.lower() for column in definition.columns}
    columns = sqlite.constraint_facts(clause, definition).columns
    return clause.kind == CHECK or there.issuperset(name.lower() for name in columns)
