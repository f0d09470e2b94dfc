"""The names that PostgreSQL gives to constraints which have none.

SQLite keeps such constraints nameless. A revision serves both, so it calls them by these names.
(ChooseConstraintName and makeObjectName in PostgreSQL's indexcmds.c)
"""

from __future__ import annotations

from dbtasks.schema.facts import CHECK, FOREIGN_KEY, PRIMARY_KEY, UNIQUE, Constraint

_LABELS = {PRIMARY_KEY: "pkey", UNIQUE: "key", FOREIGN_KEY: "fkey", CHECK: "check"}
_LONGEST = 63


def default_name(table: str, constraint: Constraint) -> str:
    """Return the name that PostgreSQL gives to a nameless constraint of `table`."""
    columns = "_".join(constraint.columns)
    if constraint.kind == PRIMARY_KEY or (
        constraint.kind == CHECK and len(constraint.columns) != 1
    ):
        columns = ""
    label = _LABELS[constraint.kind]
    room = _LONGEST - len(label) - (2 if columns else 1)
    while len(table.encode()) + len(columns.encode()) > room:
        if len(table.encode()) > len(columns.encode()):
            table = table[:-1]
        else:
            columns = columns[:-1]
    return "_".join(part for part in (table, columns, label) if part)


def is_default_like(name: str, kind: str) -> bool:
    """Whether a name is one that PostgreSQL might have given, to this table or another."""
    return name.endswith(f"_{_LABELS[kind]}")
