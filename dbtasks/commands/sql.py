"""The SQL of a plan, for whoever applies it by other means."""

from __future__ import annotations

import io
import re
import sqlite3
from functools import partial

from alembic.util import CommandError
from sqlalchemy import Connection

from dbtasks.commands.alembic_context import offline, online
from dbtasks.commands.plan import plan
from dbtasks.commands.upgrade import COMMANDS
from dbtasks.databases.scratch import on_scratch_copy
from dbtasks.errors import MigrationError
from dbtasks.hints import command
from dbtasks.project.environment import ATTRIBUTE
from dbtasks.project.project import Project
from dbtasks.values import Sql

_CHANGES = re.compile(
    r"\s*(begin|commit|insert|update|delete|create|alter|drop|replace|pragma \w+ ?=)", re.IGNORECASE
)
"""What changes a SQLite database, as opposed to what looks at it."""


def sql(project: Project, direction: str, target: str) -> Sql:
    """Return the SQL of a plan, from where the database is; nothing is touched."""
    steps = plan(project, direction, target, with_impact=False)
    if not steps.steps:
        return Sql("")
    if project.database.url.get_backend_name() == "sqlite":
        return Sql(project.database.read(partial(_traced, project, direction, target)))
    config = project.config(**{ATTRIBUTE: offline("postgresql")})
    start = ",".join(steps.current) or "base"
    end = ",".join(steps.target) or "base"
    config.output_buffer = io.StringIO()
    try:
        COMMANDS[direction](config, f"{start}:{end}", sql=True)
    except CommandError as error:
        raise MigrationError(
            f"The SQL can't be written: {error}. Alembic writes it from one revision to another.",
            "Name the revision to go to. See them: ",
            command("history"),
        ) from error
    return Sql(config.output_buffer.getvalue())


def _traced(project: Project, direction: str, target: str, connection: Connection) -> str:
    """Return what SQLite is told when the plan is carried out on a copy.

    SQLite alters most tables by rebuilding them from what it finds, which no SQL says beforehand.
    """
    statements = ["PRAGMA foreign_keys=OFF"]

    def work(copy: Connection) -> None:
        driver = copy.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(statements.append)
        COMMANDS[direction](project.config(**{ATTRIBUTE: online(copy)}), target)
        driver.set_trace_callback(None)

    on_scratch_copy(project.database, connection, work)
    return "".join(f"{statement};\n" for statement in statements if _CHANGES.match(statement))
