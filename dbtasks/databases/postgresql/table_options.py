"""What stands around a table's body on PostgreSQL, in SQLAlchemy's words."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dbtasks.operations.inheritance import parents_of
from dbtasks.schema.facts import Table

_PARTITION = re.compile(r"PARTITION BY (.+?)(?= WITH \(|$)")
_WITH = re.compile(r"WITH \((.*)\)$")


def table_arguments(table: Table) -> dict[str, Any]:
    """Return the arguments of SQLAlchemy's Table that reflection leaves out."""
    arguments: dict[str, Any] = {}
    if table.inherits:
        arguments["postgresql_inherits"] = table.inherits
    if table.options.startswith("UNLOGGED"):
        arguments["prefixes"] = ["UNLOGGED"]
    if found := _PARTITION.search(table.options):
        arguments["postgresql_partition_by"] = found[1]
    if takes_with() and (found := _WITH.search(table.options)):
        pairs = (item.split("=", 1) for item in found[1].split(", "))
        arguments["postgresql_with"] = dict(pairs)
    return arguments


def depend_on_parents(metadata: sa.MetaData) -> None:
    """Let tables be made behind those that they inherit from, of which SQLAlchemy knows nothing."""
    for table in metadata.tables.values():
        for name in parents_of(table.dialect_kwargs):
            parent = metadata.tables.get(name)
            if parent is not None:
                table.add_is_dependent_on(parent)


def takes_with() -> bool:
    """Whether SQLAlchemy knows storage parameters of tables, as it does since 2.1."""
    known: Any = dict(postgresql.dialect.construct_arguments or ())
    return "with" in known[sa.Table]
