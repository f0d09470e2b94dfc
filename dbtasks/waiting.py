"""Waiting for a server that is on its way up, as a deployment does."""

from __future__ import annotations

import time

from sqlalchemy import text

from dbtasks import door
from dbtasks.databases import Database
from dbtasks.databases.postgresql import MissingDatabaseError, NoAnswerError

PAUSE_SECONDS = 0.25


def wait_for(database: Database, timeout: float) -> float:
    """Return the seconds until the server answered.

    A server that answers "no such database" answers. Raises `NoAnswerError` when `timeout`
    seconds have passed, and at once for what waiting can't mend, such as a wrong password.
    """
    started = time.monotonic()
    while True:
        try:
            database.read(lambda connection: connection.scalar(text("SELECT 1")))
        except MissingDatabaseError:
            pass
        except NoAnswerError as error:
            if time.monotonic() - started + PAUSE_SECONDS > timeout:
                raise NoAnswerError(
                    f"{error.what}\nWaited {timeout:g} seconds.",
                    f"Start the server, or wait longer: {door.command('wait', '--timeout', '120')}",
                ) from error
            time.sleep(PAUSE_SECONDS)
            continue
        return time.monotonic() - started
