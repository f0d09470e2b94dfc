"""How what a schema holds is said in a line."""

from __future__ import annotations

import re
from dataclasses import replace

from dbtasks.schema.facts import FOREIGN_KEY, Column, Constraint, Index, Table

_RULES = re.compile(
    r"\b(on (delete|update)|match|(not )?deferrable|initially)\b.*", re.IGNORECASE | re.DOTALL
)
"""What stands in a foreign key behind the columns that it refers to."""

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
    """Return a constraint in a line; of a foreign key also what it does."""
    rules = _rules(constraint.definition) if constraint.kind == FOREIGN_KEY else ""
    return f"{_subject(table, constraint)}{rules and ' '}{rules}"


def changed_constraint_text(table: Table, old: Constraint, new: Constraint) -> str:
    """Return a constraint with another definition: what differs before, and after."""
    before, after = old.definition, new.definition
    if new.kind == FOREIGN_KEY and not (old.referred and old.referred != new.referred):
        before, after = (_rules(text) or "NO ACTION" for text in (before, after))
        if not old.referred:  # dropped by name
            before = ""
    subject = _subject(table, replace(new, name=new.name or old.name))
    return f"{subject}: {before}{before and ' '}-> {after}"


def changed_index_text(table: Table, old: Index, new: Index) -> str:
    """Return an index with another definition: before, and after."""
    before, after = (_unnamed_index(index) for index in (old, new))
    known = bool(old.definition)
    return f"index {new.name}{on(table)}: {before + ' ' if known else ''}-> {after}"


def index_text(table: Table, index: Index) -> str:
    """Return an index in a line."""
    unique = "unique " if index.unique else ""
    return f"{unique}index {index.name}{on(table)} {_definition(index)}".rstrip()


def on(table: Table) -> str:
    """Return where something stands; empty where the table is not told."""
    return f" on {table.key}" if table.name else ""


def _subject(table: Table, constraint: Constraint) -> str:
    name = f" {constraint.name}" if constraint.name else ""
    columns = f" ({', '.join(constraint.columns)})" if constraint.columns else ""
    is_told = constraint.kind == FOREIGN_KEY and constraint.referred
    to = f" -> {constraint.referred}" if is_told else ""
    return f"{constraint.kind}{name}{on(table)}{columns}{to}"


def _rules(definition: str) -> str:
    found = _RULES.search(definition)
    return found[0].upper() if found else ""


def _definition(index: Index) -> str:
    return index.definition.removeprefix("btree ")


def _unnamed_index(index: Index) -> str:
    return f"{'unique ' if index.unique else ''}{_definition(index)}"
