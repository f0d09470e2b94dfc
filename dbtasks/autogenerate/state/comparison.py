"""Models and database, each as the database itself sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from dbtasks.autogenerate.state.annotations import (
    Annotations,
    annotated,
    annotated_from_history,
    annotations_of,
)
from dbtasks.autogenerate.state.buildable import to_build
from dbtasks.autogenerate.state.column_options import ColumnOptions
from dbtasks.autogenerate.state.default_schema import without_default_schema
from dbtasks.autogenerate.state.definitions import tables_of
from dbtasks.autogenerate.state.filters import Filter
from dbtasks.autogenerate.state.reflection import filter_of, read_schema, without_version_table
from dbtasks.autogenerate.state.replay import replayed
from dbtasks.autogenerate.state.replayed_schema import ReplayedSchema
from dbtasks.databases import Database, backend_of
from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.scratch import declared_schema
from dbtasks.errors import ModelsError
from dbtasks.operations.constraint_kinds import constraints_of
from dbtasks.operations.names import full_name
from dbtasks.project.handed_over import Models
from dbtasks.project.project import Project
from dbtasks.schema import Schema
from dbtasks.schema.difference import Difference
from dbtasks.schema.differences import differences
from dbtasks.schema.facts import Domain, Enum
from dbtasks.schema.numbering import numbered_like
from dbtasks.values import NotKnown


@dataclass(frozen=True)
class Comparison:
    """The database as it is, and as the models declare it, by the same database's own word."""

    actual: Schema
    declared: Schema

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What has to happen for the one to become the other, renames seen as drop and add."""
        return differences(self.actual, self.declared)


class Comparer:
    """All that a comparison needs beside a connection.

    The options of `models` are those of env.py, whose filters and version table count. `script` is
    the history behind the database. What takes long is done once: the models are built, the history
    is read.
    """

    def __init__(
        self,
        database: Database,
        models: Models,
        script: ScriptDirectory,
    ) -> None:
        self.database = database
        self.models = models
        self.options = models.options
        self.script = script
        self._built: Schema | None = None
        self._read: ReplayedSchema | None = None

    @classmethod
    def of(cls, project: Project) -> Comparer:
        """Return what compares a project's models with its database."""
        return cls(project.database, project.models, project.revisions.script)

    @property
    def metadata(self) -> sa.MetaData:
        """The target metadata. Raises `ModelsError` where env.py has none."""
        return self.models.metadata

    def compare(
        self, connection: sa.Connection, history: ReplayedSchema | None = None
    ) -> Comparison:
        """Return both sides. `history` is what the database has been through, if not the known."""
        self.models = without_default_schema(self.models, connection)
        known = (self.history(connection), history or self.history(connection))
        made = {key: table.schema for one in known for key, table in one.tables.items()}
        actual = read_schema(connection, self.metadata, self.options, made)
        included = filter_of(connection, self.metadata, self.options, actual)
        declared = self._included(connection, included)
        actual = without_unused_types(included.applied(actual), declared)
        declared = numbered_like(actual, declared, self._given_names(connection))
        if not backend_of(connection).keeps_annotations:
            history = history or self.history(connection)
            believed = partial(self.as_written, connection, history)
            words = history.annotations()
            actual = annotated_from_history(actual, words, self._annotations(), believed)
        columns = ColumnOptions(connection, self.metadata, self.options, included.reflect)
        return Comparison(actual, columns.applied(actual, declared))

    def missing(self, connection: sa.Connection) -> tuple[Difference, ...] | NotKnown:
        """Return what the models hold and no revision does, whatever the database is at.

        That is not known where the revisions do more than can be read from their files.
        """
        scripts = reversed(list(self.script.walk_revisions()))
        history = replayed(scripts, self.metadata)
        if history.unread:
            return NotKnown(f"what they do can't be read: {history.unread[0]}")
        written = self.as_written(connection, history, history.tables)
        if history.tables and not written.tables:
            return NotKnown("this database can't build what the revisions do")
        if not backend_of(connection).keeps_annotations:
            written = annotated(written, history.annotations())
        # The history knows types by the columns that use them.
        return differences(written, without_unused_types(self.declared(connection), written))

    def declared(self, connection: sa.Connection) -> Schema:
        """Return the facts of what the models declare, filtered."""
        self.models = without_default_schema(self.models, connection)
        actual = read_schema(connection, self.metadata, self.options)
        included = filter_of(connection, self.metadata, self.options, actual)
        return self._included(connection, included)

    def _included(self, connection: sa.Connection, included: Filter) -> Schema:
        """Return the facts of what the models declare without what env.py leaves out."""
        declared = included.applied(self._declared(connection, included))
        enums = {key: e for key, e in declared.enums.items() if not e.uses or _is_used(e, declared)}
        domains = {key: d for key, d in declared.domains.items() if _is_used(d, declared)}
        return replace(declared, enums=enums, domains=domains)

    def _declared(self, connection: sa.Connection, included: Filter) -> Schema:
        if self._built is None:
            metadata = to_build(self.metadata, included)
            schema = declared_schema(self.database, connection, metadata)
            schema = without_version_table(schema, self.options, connection.dialect)
            schema = without_unused_types(schema, schema)
            self._built = with_annotations(connection, schema, self._annotations())
        return self._built

    def history(self, connection: sa.Connection) -> ReplayedSchema:
        """Return what the revisions that the database holds have made; the caller may go on."""
        if self._read is None:
            scripts = applied_scripts(self.script, connection, self.options)
            self._read = replayed(scripts, self.metadata)
        return self._read.copy()

    def as_written(
        self, connection: sa.Connection, history: ReplayedSchema, keys: Iterable[str]
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
        schema = replace(schema, tables=tables)
        schema = without_version_table(schema, self.options, connection.dialect)
        written = Filter(self.metadata, self.options, schema, tables_of(metadata))
        return written.applied(schema)

    def _given_names(self, connection: sa.Connection) -> dict[str, set[str]]:
        """Return the names of constraints that the models give, by table."""
        kept = backend_of(connection).kept_name
        return {
            key: {kept(name) for item in constraints_of(table) if (name := full_name(item))}
            for key, table in self.metadata.tables.items()
        }

    def _annotations(self) -> Annotations:
        tables = self.metadata.tables.items()
        return {key: annotations_of(table.columns, table.comment) for key, table in tables}


def without_unused_types(schema: Schema, declared: Schema) -> Schema:
    """Return facts without the types that no column of theirs uses, except what models declare."""
    enums = {
        key: enum
        for key, enum in schema.enums.items()
        if key in declared.enums or _is_used(enum, schema)
    }
    domains = {
        key: domain
        for key, domain in schema.domains.items()
        if domain.uses and (key in declared.domains or _is_used(domain, schema))
    }
    return replace(schema, enums=enums, domains=domains)


def _is_used(type_: Enum | Domain, schema: Schema) -> bool:
    """Whether a column uses a type that env.py does not leave out."""
    tables = schema.tables
    return any(key in tables and tables[key].column(name) for key, name in type_.uses)


def with_annotations(connection: sa.Connection, schema: Schema, words: Annotations) -> Schema:
    """Return facts together with the words on them that the database itself does not keep."""
    return schema if backend_of(connection).keeps_annotations else annotated(schema, words)


def applied_scripts(
    script: ScriptDirectory, connection: sa.Connection, options: Mapping[str, Any]
) -> list[Script]:
    """Return the revisions that the database holds, in the order in which they were applied."""
    context = quiet_context(connection, options)
    try:
        return scripts_up_to(script, context.get_current_heads())
    except CommandError:
        return []  # The database is at a revision that no file has.


def scripts_up_to(script: ScriptDirectory, revisions: tuple[str, ...]) -> list[Script]:
    """Return the revisions from the base up to these, in the order in which they are applied."""
    if not revisions:
        return []
    return list(reversed(list(script.iterate_revisions(revisions, "base", implicit_base=True))))
