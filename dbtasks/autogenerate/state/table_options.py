"""What stands around a table's body: UNLOGGED, WITH (...), WITHOUT ROWID and their like.

It comes and goes with a table. A change of it is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dbtasks.errors import RefusedError
from dbtasks.hints import command
from dbtasks.schema.difference import ColumnChanged, Difference, TableOptionsChanged
from dbtasks.schema.facts import Table

_PARTITION = re.compile(r"PARTITION BY (.+?)(?= WITH \(|$)")
_WITH = re.compile(r"WITH \((.*)\)$")
_AUTOINCREMENT = "autoincrement"


def prefixes_of(table: Table) -> list[str]:
    """Return what stands between CREATE and TABLE."""
    return ["UNLOGGED"] if table.options.startswith("UNLOGGED") else []


def options_of(table: Table) -> dict[str, Any]:
    """Return the options that reflection leaves out, as SQLAlchemy calls them."""
    options: dict[str, Any] = {}
    if any(column.identity == _AUTOINCREMENT for column in table.columns):
        options["sqlite_autoincrement"] = True
    if found := _PARTITION.search(table.options):
        options["postgresql_partition_by"] = found[1]
    if takes_with() and (found := _WITH.search(table.options)):
        pairs = (item.split("=", 1) for item in found[1].split(", "))
        options["postgresql_with"] = dict(pairs)
    return options


def takes_with() -> bool:
    """Whether SQLAlchemy knows storage parameters of tables, as it does since 2.1."""
    known: Any = dict(postgresql.dialect.construct_arguments or ())
    return "with" in known[sa.Table]


def refuse_changed_options(differences: Iterable[Difference]) -> None:
    """Raise `RefusedError` for a table that is to be stored in another way."""
    for item in differences:
        if isinstance(item, TableOptionsChanged):
            raise _refusal(item.table.key, item.old or "no options", item.new or "no options")
        if isinstance(item, ColumnChanged) and item.differs("identity"):
            old, new = item.old.identity, item.new.identity
            if _AUTOINCREMENT in {old, new}:
                name = f"{item.table.key}.{item.new.name}"
                raise _refusal(name, old or "plain counting", new or "plain counting")


def _refusal(name: str, old: str, new: str) -> RefusedError:
    return RefusedError(
        f"{name} changes from {old} to {new}, which migrate does not carry out. "
        "Nothing was written.",
        "Write it by hand: ",
        command("migrate", "change how a table is stored", "--empty"),
    )
