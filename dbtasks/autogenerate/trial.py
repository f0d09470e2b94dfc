"""Trying a revision before it stays on disk: up, down and up again, on a scratch copy.

SQLite is copied into memory, rows and all. PostgreSQL has transactions that hold everything: the
revision is tried on the database itself, and rolled back. What the tables are afterwards is
compared with what the models declare, and what they are after the downgrade with what they were.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy.engine import make_url

from dbtasks.autogenerate.migration import Planner
from dbtasks.databases import Database
from dbtasks.databases.scratch import rolled_back
from dbtasks.errors import DbtasksError, MigrationError, RefusedError
from dbtasks.operations.sql import TRIAL
from dbtasks.schema.difference import Difference, differences
from dbtasks.user_code import user_line

UPGRADE, DOWNGRADE = "upgrade", "downgrade"
MOST_BYTES_COPIED = 500_000_000
"""A larger SQLite database is copied without its rows."""


def try_revision(planner: Planner, connection: sa.Connection, script: Script) -> None:
    """Raise `MigrationError` unless a revision works in both directions, on the rows there are.

    `connection` is left as it was.
    """

    def trial(copy: sa.Connection) -> None:
        before = planner.compare(copy).live
        _run(planner, copy, script, UPGRADE)
        _refuse(
            "after it, models and database still differ", planner.compare(copy, script).differences
        )
        if _goes_down(planner, copy, script):
            after = planner.compare(copy).live
            _refuse("its downgrade does not bring back what was there", differences(after, before))
            _run(planner, copy, script, UPGRADE)

    on_scratch_copy(planner.database, connection, trial)


def on_scratch_copy(
    database: Database, connection: sa.Connection, work: Callable[[sa.Connection], None]
) -> None:
    """Do work on a connection on which everything may be tried and nothing stays."""
    if connection.dialect.name != "sqlite":
        with rolled_back(connection):
            work(connection)
        return
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)

    def work_on_copy(copy: sa.Connection) -> None:
        target = copy.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        _copy(source, target)
        work(copy)

    Database(make_url("sqlite+pysqlite://"), database.root).run(work_on_copy)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    pages, size = (
        source.execute(f"PRAGMA page_{part}").fetchone()[0] for part in ("count", "size")
    )
    if pages * size <= MOST_BYTES_COPIED:
        source.backup(target)
        return
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
    for (statement,) in source.execute(f"{query} ORDER BY type = 'table' DESC, rowid"):
        target.execute(statement)


def _goes_down(planner: Planner, connection: sa.Connection, script: Script) -> bool:
    """Take the revision back; return False where it says itself why it can't be."""
    try:
        _run(planner, connection, script, DOWNGRADE)
    except RefusedError:
        return False
    return True


def _run(planner: Planner, connection: sa.Connection, script: Script, direction: str) -> None:
    options = {**planner.options, "target_metadata": planner.metadata, TRIAL: True}
    context = MigrationContext.configure(connection, opts=options)
    try:
        with Operations.context(context):
            getattr(script.module, direction)()
    except RefusedError:
        raise
    except DbtasksError as error:
        raise _failed(f"its {direction} does not work: {error.what}") from error
    except sa.exc.DBAPIError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise _failed(f"its {direction} does not work: {said}") from error
    except Exception as error:
        where = user_line(error, planner.database.root)
        raise _failed(f"its {direction} does not work: {where}") from error


def _refuse(what: str, left: Sequence[Difference]) -> None:
    if left:
        found = "; ".join(str(change) for item in left for change in item.changes())
        raise _failed(f"{what}: {found}")


def _failed(why: str) -> MigrationError:
    return MigrationError(
        f"A revision was written, tried on a copy and taken away again: {why}.",
        "If rows are in the way, mend them and try again; else write it by hand with --empty.",
    )
