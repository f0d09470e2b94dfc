"""What a history yields, revision by revision: it is run in a scratch database, and looked at.

So the word that counts is the database's own, for SQL of any kind too. Where there is no place for
a scratch database, or the revisions may reach further than one, what can be read of them counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.script import Script
from alembic.util import to_tuple

from dbtasks.autogenerate.proof.reach import kept_within, sql_beyond
from dbtasks.autogenerate.state.comparison import Comparer
from dbtasks.autogenerate.state.reflection import filter_of, without_version_table
from dbtasks.autogenerate.state.replay import replayed
from dbtasks.databases import backend_of
from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.safe_operations import safe_operations
from dbtasks.databases.scratch import empty_database
from dbtasks.errors import DatabaseError, ModelsError
from dbtasks.project.confined_run import ReachesFurtherError
from dbtasks.project.environment import at_work
from dbtasks.project.project import Project
from dbtasks.project.user_code import user_line
from dbtasks.revisions.script import RevisionScript
from dbtasks.schema import Schema
from dbtasks.schema.other_objects import OtherObjects
from dbtasks.schema.schema_names import named_schemas
from dbtasks.values import NotKnown

UPGRADE = "upgrade"
_OF_THE_USER = ("on_version_apply", "process_revision_directives")
"""Options of env.py that call the project's own code, which a scratch database is no matter of."""


@dataclass(frozen=True)
class Yielded:
    """What the history yields once `revisions` are its newest: facts, and all other objects.

    `others` is None where only the files were read, which tell none.
    """

    revisions: tuple[str, ...]
    schema: Schema
    others: OtherObjects | None


@dataclass(frozen=True)
class HistoryFails(NotKnown):
    """What a history yields is not known: a revision fails on the way from an empty database."""

    revision: str
    told: str

    @classmethod
    def at(cls, revision: str, told: str) -> HistoryFails:
        """Return the answer for a revision that has told why it fails."""
        return cls(f"it fails in an empty database: {told}", revision, told)


def yielded(
    project: Project, connection: sa.Connection, scripts: Sequence[Script], *, each: bool = False
) -> list[Yielded] | NotKnown:
    """Return what `scripts`, in order from the base, yield at last; after each of them, if asked.

    `connection` is one to the project's database, which is left as it is. The first of the result
    is then the empty database, the last what all of them yield.
    """
    beyond = sql_beyond(scripts)
    if beyond:
        return NotKnown(f"it may reach further than a scratch database ({beyond})")
    found: list[Yielded] | NotKnown = NotKnown("there is none")
    for furnished in (True, False):
        try:
            with empty_database(project.database, connection, furnished=furnished) as scratch:
                found = scratch.run(lambda c: _run(project, c, scripts, each=each))
        except DatabaseError as error:
            found = _read(project, connection, scripts, error, each=each)
        if not isinstance(found, NotKnown) or not project.database.backend.is_remote:
            break
    return found


def side(project: Project, connection: sa.Connection, schemas: Iterable[str]) -> Yielded:
    """Return what a database holds in the default schema and in others, through env.py's filters.

    Of which revision that is, is not told.
    """
    models, backend = project.models, backend_of(connection)
    wanted = {*schemas, *named_schemas(models.declared, connection.dialect)}
    facts = backend.read_schema(connection, wanted)
    facts = without_version_table(facts, models.options, connection.dialect)
    included = filter_of(connection, models.declared, models.options, facts)
    return Yielded((), included.applied(facts), backend.other_objects(connection, wanted))


def others_of(project: Project, connection: sa.Connection) -> OtherObjects:
    """Return what the project's database holds that no model can declare."""
    named = named_schemas(project.models.declared, connection.dialect)
    return backend_of(connection).other_objects(connection, named)


def schemas_of(found: Iterable[Yielded]) -> set[str]:
    """Return the schemas beside the default one in which there is anything."""
    return {schema for one in found for schema in _schemas(one) if schema}


def _schemas(one: Yielded) -> Iterator[str | None]:
    for items in (one.schema.tables, one.schema.enums, one.schema.domains):
        yield from (item.schema for item in items.values())
    yield from (item.schema for item in one.others or ())


def _run(
    project: Project, connection: sa.Connection, scripts: Sequence[Script], *, each: bool
) -> list[Yielded] | NotKnown:
    """Run the upgrades, each in a transaction of its own, and look at what there is."""
    models = project.models
    kept = {name: value for name, value in models.options.items() if name not in _OF_THE_USER}
    own = {"transactional_ddl": True, "transaction_per_migration": False}
    options = {**kept, **own, "target_metadata": models.target}
    context = quiet_context(connection, options)
    found = [_seen(project, connection, ())] if each or not scripts else []
    for number, script in enumerate(scripts, start=1):
        try:
            with (
                at_work(project.config()),
                safe_operations(context),
                context.begin_transaction(),
                kept_within(script, UPGRADE, connection),
            ):
                if isinstance(script, RevisionScript):
                    script.load(UPGRADE)
                script.module.upgrade()
        except ReachesFurtherError as error:
            place = ", ".join(filter(None, (Path(script.path).name, str(error))))
            return NotKnown(f"it may reach further than a scratch database ({place})")
        except (Exception, SystemExit) as error:
            return HistoryFails.at(script.revision, user_line(error, project.root))
        if each or number == len(scripts):
            found.append(_seen(project, connection, _newest(scripts[:number])))
    return found


def _seen(project: Project, connection: sa.Connection, revisions: tuple[str, ...]) -> Yielded:
    seen = side(project, connection, backend_of(connection).schema_names(connection))
    connection.rollback()
    return Yielded(revisions, seen.schema, seen.others)


def _newest(scripts: Sequence[Script]) -> tuple[str, ...]:
    """Return the ids that the database names once it holds `scripts`."""
    followed = {id_ for script in scripts for id_ in to_tuple(script.down_revision, default=())}
    return tuple(sorted({script.revision for script in scripts} - followed))


def _read(
    project: Project,
    connection: sa.Connection,
    scripts: Sequence[Script],
    error: DatabaseError,
    *,
    each: bool,
) -> list[Yielded] | NotKnown:
    """Return what the files say, where there is no place to run them in."""
    found = []
    comparer = Comparer.of(project)
    for number in range(0 if each else len(scripts), len(scripts) + 1):
        history = replayed(scripts[:number], project.models.declared)
        if history.unread:
            return NotKnown(f"{error.what} And it can't be read: {history.unread[0]}")
        try:
            schema = comparer.as_written(connection, history, history.tables)
        except (DatabaseError, ModelsError) as other:
            return NotKnown(other.what)
        if history.tables.keys() != schema.tables.keys():
            return NotKnown(error.what)
        found.append(Yielded(_newest(scripts[:number]), schema, None))
    return found
