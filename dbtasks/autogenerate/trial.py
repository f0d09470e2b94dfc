"""Trying a revision before it stays on disk: up, down and up again, on a scratch copy.

SQLite is copied into memory, rows and all. PostgreSQL has transactions that hold everything: the
revision is tried on the database itself, and rolled back. What the tables are afterwards is
compared with what the models declare, and what they are after the downgrade with what they were.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from dbtasks.autogenerate.migration import Planner
from dbtasks.databases.copy import on_scratch_copy
from dbtasks.errors import DbtasksError, MigrationError, RefusedError
from dbtasks.operations.sql import TRIAL
from dbtasks.schema.difference import Difference, differences
from dbtasks.user_code import user_line

UPGRADE, DOWNGRADE = "upgrade", "downgrade"


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
