"""When a thing that is gone and a thing that is new look as if they were the same."""

from __future__ import annotations

import re

from dbtasks.schema.facts import Column, Table

_KINDS = (
    ("text", re.compile(r"(n?var)?char|character|text|clob|citext", re.IGNORECASE)),
    ("whole number", re.compile(r"(big|small|tiny)?int(eger)?|serial", re.IGNORECASE)),
    ("number", re.compile(r"numeric|decimal|real|double|float|money", re.IGNORECASE)),
    ("time", re.compile(r"timestamp|datetime|date$", re.IGNORECASE)),
)
_ENOUGH = 0.6


def alike_columns(old: Column, new: Column) -> bool:
    """Whether two columns hold the same kind of values, made in the same way."""
    same_making = (old.generated is None) == (new.generated is None)
    return same_making and kind_of(old.type) == kind_of(new.type)


def equal_columns(old: Column, new: Column) -> bool:
    """Whether two columns are made alike, to the letter."""
    return all(
        getattr(old, name) == getattr(new, name) for name in ("type", "nullable", "generated")
    )


def alike_tables(old: Table, new: Table) -> bool:
    """Whether most columns of two tables have the same name and kind.

    They stand in the same schema, or have the same name in two.
    """
    if old.schema != new.schema and old.name != new.name:
        return False
    before = {(column.name, kind_of(column.type)) for column in old.columns}
    after = {(column.name, kind_of(column.type)) for column in new.columns}
    return len(before & after) / len(before | after) >= _ENOUGH


def equal_tables(old: Table, new: Table) -> bool:
    """Whether two tables have columns of the same names and kinds, and no others."""
    before, after = ({(c.name, kind_of(c.type)) for c in table.columns} for table in (old, new))
    return old.schema == new.schema and before == after


def kind_of(type_: str) -> str:
    """Return the kind of values of a type; its own name where it is like no other."""
    suffix = "[]" if type_.endswith("[]") else ""
    kinds = (kind for kind, pattern in _KINDS if pattern.match(type_))
    return next(kinds, type_.partition("(")[0].lower()) + suffix
