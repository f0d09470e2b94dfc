"""EXCLUDE constraints as SQLAlchemy has them, which reflects none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.schema import conv

from dbtasks.operations.sql import literal_sql
from dbtasks.schema.facts import EXCLUDE, Constraint, Table

_HEAD = re.compile(r"EXCLUDE USING (\w+) \(")
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]""")


def exclusions(table: Table) -> list[ExcludeConstraint]:
    """Return the EXCLUDE constraints of a table, from what the server prints of them."""
    return [_exclusion(item) for item in table.constraints if item.kind == EXCLUDE]


def _exclusion(fact: Constraint) -> ExcludeConstraint:
    head = _HEAD.match(fact.definition)
    assert head is not None, fact.definition
    *parts, rest = _parts(fact.definition[head.end() :])
    elements = (part.rpartition(" WITH ") for part in parts)
    where = re.search(r" WHERE \((.*)\)", rest, re.DOTALL)
    return ExcludeConstraint(
        *((sa.literal_column(sql.strip()), operator) for sql, _, operator in elements),
        name=fact.name and conv(fact.name),
        using=head[1],
        where=literal_sql(where[1]) if where else None,
        deferrable=True if " DEFERRABLE" in rest else None,
        initially="DEFERRED" if " INITIALLY DEFERRED" in rest else None,
    )


def _parts(sql: str) -> Iterator[str]:
    """Yield what stands between commas up to the bracket that closes, and all behind that."""
    depth, start = 0, 0
    for token in _TOKEN.finditer(sql):
        if not depth and token[0] in {",", ")"}:
            yield sql[start : token.start()]
            start = token.end()
            if token[0] == ")":
                break
        depth += {"(": 1, ")": -1}.get(token[0], 0)
    yield sql[start:]
