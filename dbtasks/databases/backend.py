"""What differs between databases: one subclass a database, in a file of its own."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks.errors import DatabaseError

Work = Callable[[Connection], Any]
RunAt = Callable[[URL, Work], Any]

_LONGEST_STATEMENT = 300


class Backend(ABC):
    """A kind of database, for one address.

    `name` is the address without secrets, `source` the setting that told it.
    """

    is_async = False
    is_remote = False
    limit = 3.0
    """How long the database may take to answer, in seconds: a verb ends within five."""

    def __init__(self, url: URL, name: str, source: str) -> None:
        self.url = url
        self.name = name
        self.source = source

    @abstractmethod
    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL."""

    @abstractmethod
    def prepare(self, engine: Engine, *, reading: bool) -> None:
        """Listen for the engine's events, so that its connections are fit for their work."""

    @abstractmethod
    def url_for_reading(self) -> URL:
        """Return an address that, opened, brings no database into being."""

    @abstractmethod
    def exists(self, run: Callable[[Work], Any]) -> bool:
        """Whether the database is there."""

    @abstractmethod
    def create(self, run_at: RunAt) -> None:
        """Create the database. Raises `DatabaseError` where that is not allowed."""

    @abstractmethod
    def erase(self, connection: Connection) -> None:
        """Drop everything in the database that migrations or models may have made."""

    @abstractmethod
    def cancel(self, driver_connection: Any) -> None:
        """End the statement that runs on a driver's connection, from another thread."""

    @abstractmethod
    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a connection that failed."""

    @abstractmethod
    def trouble(self, error: DBAPIError) -> DatabaseError | None:
        """Return the error to show for a statement that the database's state made fail.

        A lock, a full disk, a missing permission; None when the statement itself is at fault.
        """

    def refusal(self, error: DBAPIError) -> DatabaseError:
        """Return the error to show for a statement that failed, and of which nothing is known."""
        return DatabaseError(
            f"The database {self.name} refused a statement: {said(error)}"
            f"\n  in: {shortened(error.statement or '')}",
            "To see where it came from, add --traceback.",
        )


def said(error: BaseException) -> str:
    """Return the database's own words for an error, without what SQLAlchemy or a driver adds."""
    words = str(getattr(error, "orig", None) or error)
    lines = re.sub(r"^<class '[^']*'>: ", "", words).strip().splitlines()
    details = [" ".join(line.split()) for line in lines[1:] if line.startswith("DETAIL:")]
    return " ".join([*lines[:1], *details]).strip(" .") or type(error).__name__


def shortened(statement: str) -> str:
    """Return a statement in one line of bearable length."""
    line = " ".join(statement.split())
    return line if len(line) <= _LONGEST_STATEMENT else f"{line[:_LONGEST_STATEMENT]} ..."
