"""How tables are stored: UNLOGGED, WITH (...), WITHOUT ROWID and their like, AUTOINCREMENT.

It comes and goes with a table. A change of it is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable

from dbtasks.errors import RefusedError
from dbtasks.hints import command
from dbtasks.schema.difference import ColumnChanged, Difference, TableOptionsChanged
from dbtasks.schema.facts import AUTOINCREMENT


def refuse_changed_options(differences: Iterable[Difference]) -> None:
    """Raise `RefusedError` for a table that is to be stored in another way."""
    for item in differences:
        if isinstance(item, TableOptionsChanged):
            raise _refusal(item.table.key, item.old or "no options", item.new or "no options")
        if isinstance(item, ColumnChanged) and item.differs("identity"):
            old, new = item.old.identity, item.new.identity
            if AUTOINCREMENT in {old, new}:
                name = f"{item.table.key}.{item.new.name}"
                raise _refusal(name, old or "plain counting", new or "plain counting")


def _refusal(name: str, old: str, new: str) -> RefusedError:
    return RefusedError(
        f"{name} changes from {old} to {new}, which migrate does not carry out. "
        "Nothing was written.",
        "Write it by hand: ",
        command("migrate", "change how a table is stored", "--empty"),
    )
