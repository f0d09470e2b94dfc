"""Waiting for a server that is on its way up, as a deployment does."""

from __future__ import annotations

import time

from sqlalchemy import Connection, text

from dbtasks.databases import Database
from dbtasks.errors import MissingDatabaseError, NoAnswerError, UsageError
from dbtasks.hints import command
from dbtasks.project.project import Project
from dbtasks.values import Answered

PAUSE_SECONDS = 0.25
_LEAST_SECONDS = 0.5
"""What one attempt gets, even when hardly any time is left."""


def wait(project: Project, timeout: float = 30) -> Answered:
    """Wait until the server of the project's database answers, `timeout` seconds at most.

    Raises `NoAnswerError` when the time has passed, `UsageError` for a negative one, and at once
    the `DatabaseError` of what waiting can't mend, such as a wrong password.

    >>> dbtasks.wait(project, timeout=5).seconds < 5
    True
    """
    return Answered(project.database.name, round(wait_for(project.database, timeout), 3))


def wait_for(database: Database, timeout: float) -> float:
    """Return the seconds until the server answered.

    A server that answers "no such database" answers. Raises `NoAnswerError` when `timeout`
    seconds have passed, `UsageError` for a negative one, and at once what waiting can't mend, such
    as a wrong password.
    """
    if timeout < 0:
        raise UsageError(
            f"Nobody can wait {timeout:g} seconds.",
            "For example: ",
            command("wait", "--timeout", "30"),
        )
    started = time.monotonic()
    while True:
        left = timeout - (time.monotonic() - started)
        try:
            database.read(_ask, limit=max(left, _LEAST_SECONDS))
        except MissingDatabaseError:
            pass
        except NoAnswerError as error:
            if left <= PAUSE_SECONDS:
                raise _gave_up(error, timeout) from error
            time.sleep(PAUSE_SECONDS)
            continue
        return time.monotonic() - started


def _ask(connection: Connection) -> None:
    connection.execute(text("SELECT 1"))


def _gave_up(error: NoAnswerError, timeout: float) -> NoAnswerError:
    return NoAnswerError(
        f"{error.what} Waited for {timeout:g} s.",
        "Start it, or wait longer: ",
        command("wait", "--timeout", "120"),
    )
