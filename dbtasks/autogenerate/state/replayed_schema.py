"""The schema as the history itself has written it, in SQLAlchemy's words.

A database forgets what it has no words for: SQLite keeps no comments, and calls a UUID a CHAR(32).
The revisions still say it. What they say is only believed where the database says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.state.annotations import TableAnnotations, annotations_of
from dbtasks.autogenerate.state.replayed_table import ReplayedTable
from dbtasks.databases.quiet import quiet_context
from dbtasks.operations.inheritance import parents_of
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.revisions.reading import UnreadType


class ReplayedSchema:
    """Tables as operations leave them behind. `models` is the target metadata.

    `unread` says what of the history could not be followed; then there may be more than is here.
    """

    def __init__(self, models: sa.MetaData) -> None:
        self.models = models
        self.tables: dict[str, ReplayedTable] = {}
        self.unread: list[str] = []
        options = {"as_sql": True, "target_metadata": models}
        self.context = quiet_context(REVISION_DIALECT, options)

    def copy(self) -> ReplayedSchema:
        """Return the same history, to go on from by itself."""
        other = ReplayedSchema(self.models)
        other.unread = list(self.unread)
        other.tables = {key: table.copy() for key, table in self.tables.items()}
        return other

    def annotations(self) -> dict[str, TableAnnotations]:
        """Return what the operations have said of each table, of those types that could be read."""
        return {
            key: annotations_of(
                (c for c in table.columns.values() if not isinstance(c.type, UnreadType)),
                table.comment,
            )
            for key, table in self.tables.items()
        }

    def metadata(self, keys: Iterable[str]) -> sa.MetaData:
        """Return the tables of these keys as they are now.

        Of other tables it holds what those refer to, and no more: one reference leads to another,
        and in the end to every table that there is. A table that can't be put together is left out.
        """
        metadata = sa.MetaData()
        wanted = {key: self._read(key) for key in self._with_parents(keys)}
        referred: dict[str, set[tuple[str, ...]]] = {}
        for table in wanted.values():
            for key, columns in table.references():
                if key in self.tables and key not in wanted:
                    referred.setdefault(key, set()).add(columns)
        for key, groups in referred.items():
            self._read(key).with_keys_alone(groups).built(metadata)
        for table in wanted.values():
            try:
                table.built(metadata)
            except (KeyError, sa.exc.SQLAlchemyError):
                continue
        return metadata

    def _with_parents(self, keys: Iterable[str]) -> list[str]:
        """Return the keys of tables that there are, and of all that these inherit from."""
        found = [key for key in keys if key in self.tables]
        for key in found:  # which grows meanwhile
            parents = parents_of(self.tables[key].options)
            found += [name for name in parents if name in self.tables and name not in found]
        return found

    def _read(self, key: str) -> ReplayedTable:
        """Return a table in which the models say what a type of their own is.

        Whether it still is that one, the database tells.
        """
        table = self.tables[key]
        unread = [c.name for c in table.columns.values() if isinstance(c.type, UnreadType)]
        declared = self.models.tables.get(key)
        if not unread or declared is None:
            return table
        types: dict[str, Any] = {c.name: c.type for c in declared.columns if c.name in unread}
        return table.with_types(types)
