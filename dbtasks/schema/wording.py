"""How what a schema holds is said in a line."""

from __future__ import annotations

import re

from dbtasks.schema.facts import FOREIGN_KEY, Column, Constraint, Index, Table

_STANDARD_TYPE = re.compile(
    r"(varchar|char|text|integer|bigint|smallint|numeric|real|double|boolean|date|time|uuid|json|bytea)"
)


def column_text(column: Column) -> str:
    """Return a column in a line: name, type, NULL or NOT NULL, default."""
    parts = [column.name, type_text(column.type), "NULL" if column.nullable else "NOT NULL"]
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.generated is not None:
        parts.append(f"GENERATED {column.generated}")
    return " ".join(parts)


def type_text(type_: str) -> str:
    """Return a type as people write it: VARCHAR(40) and not character varying(40)."""
    text = type_.replace("character varying", "varchar").replace(" without time zone", "")
    return text.upper() if _STANDARD_TYPE.match(text) else text


def constraint_text(table: Table, constraint: Constraint) -> str:
    """Return a constraint in a line."""
    name = f" {constraint.name}" if constraint.name else ""
    columns = f" ({', '.join(constraint.columns)})" if constraint.columns else ""
    to = f" -> {constraint.referred}" if constraint.kind == FOREIGN_KEY else ""
    return f"{constraint.kind}{name}{on(table)}{columns}{to}"


def index_text(table: Table, index: Index) -> str:
    """Return an index in a line."""
    unique = "unique " if index.unique else ""
    definition = index.definition.removeprefix("btree ")
    return f"{unique}index {index.name}{on(table)} {definition}".rstrip()


def on(table: Table) -> str:
    """Return where something stands; empty where the table is not told."""
    return f" on {table.key}" if table.name else ""
