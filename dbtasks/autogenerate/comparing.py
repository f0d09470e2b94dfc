"""Models and database, each as the database itself sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from dbtasks.autogenerate.live import filtered, live_schema
from dbtasks.autogenerate.portable import AllWords, remembered, told, words_of
from dbtasks.autogenerate.recorded import RecordedHistory, recorded_history
from dbtasks.databases import Database
from dbtasks.databases.scratch import declared_schema
from dbtasks.errors import ModelsError
from dbtasks.schema import Schema
from dbtasks.schema.difference import Difference
from dbtasks.schema.differing import differences


@dataclass(frozen=True)
class Comparison:
    """The database as it is, and as the models declare it, by the same database's own word."""

    live: Schema
    declared: Schema

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What has to happen for the one to become the other, renames seen as drop and add."""
        return differences(self.live, self.declared)


class Comparer:
    """All that a comparison needs beside a connection.

    `options` are those of env.py, whose filters and version table count. `script` is the history
    behind the database. What takes long is done once: the models are built, the history is read.
    """

    def __init__(
        self,
        database: Database,
        metadata: sa.MetaData,
        options: Mapping[str, Any],
        script: ScriptDirectory,
    ) -> None:
        self.database = database
        self.metadata = metadata
        self.options = options
        self.script = script
        self._built: Schema | None = None
        self._read: RecordedHistory | None = None

    def compare(
        self, connection: sa.Connection, history: RecordedHistory | None = None
    ) -> Comparison:
        """Return both sides. `history` is what the database has been through, if not the known."""
        live = live_schema(connection, self.metadata, self.options)
        declared = self.declared(connection)
        if connection.dialect.name != "sqlite":
            return Comparison(live, declared)
        history = history or self.history(connection)
        believed = partial(self.as_written, connection, history)
        return Comparison(remembered(live, history.words(), self._words(), believed), declared)

    def missing(self, connection: sa.Connection) -> tuple[Difference, ...] | None:
        """Return what the models hold and no revision does, whatever the database is at.

        None where the revisions do more than can be read from their files.
        """
        scripts = reversed(list(self.script.walk_revisions()))
        history = recorded_history(scripts, self.metadata)
        if not history.is_complete:
            return None
        written = self.as_written(connection, history, history.tables)
        if history.tables and not written.tables:
            return None
        if connection.dialect.name == "sqlite":
            written = told(written, history.words())
        return differences(written, self.declared(connection))

    def declared(self, connection: sa.Connection) -> Schema:
        """Return the facts of what the models declare."""
        if self._built is None:
            schema = declared_schema(self.database, connection, self.metadata)
            schema = filtered(schema, self.metadata, self.options)
            is_sqlite = connection.dialect.name == "sqlite"
            self._built = told(schema, self._words()) if is_sqlite else schema
        return self._built

    def history(self, connection: sa.Connection) -> RecordedHistory:
        """Return what the revisions that the database holds have made; the caller may go on."""
        if self._read is None:
            scripts = applied_scripts(self.script, connection, self.options)
            self._read = recorded_history(scripts, self.metadata)
        return self._read.copy()

    def as_written(
        self, connection: sa.Connection, history: RecordedHistory, keys: Iterable[str]
    ) -> Schema:
        """Return the facts of tables as the history would build them.

        What the database refuses to build, such as SQL that the other one knows, is left out.
        """
        keys = set(keys)
        metadata = history.metadata(keys)
        try:
            schema = declared_schema(self.database, connection, metadata)
        except ModelsError:
            return Schema()
        tables = {key: table for key, table in schema.tables.items() if key in keys}
        return filtered(replace(schema, tables=tables), metadata, self.options)

    def _words(self) -> AllWords:
        tables = self.metadata.tables.items()
        return {key: words_of(table.columns, table.comment) for key, table in tables}


def applied_scripts(
    script: ScriptDirectory, connection: sa.Connection, options: Mapping[str, Any]
) -> list[Script]:
    """Return the revisions that the database holds, in the order in which they were applied."""
    context = MigrationContext.configure(connection, opts=dict(options))
    current = context.get_current_heads()
    if not current:
        return []
    try:
        return list(reversed(list(script.iterate_revisions(current, "base", implicit_base=True))))
    except CommandError:
        return []  # The database is at a revision that no file has.
