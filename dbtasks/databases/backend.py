"""What differs between databases: one subclass a database, in a file of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from dbtasks.errors import DatabaseError

Result = TypeVar("Result")
Work = Callable[[Connection], Any]
RunAt = Callable[[URL, Work], Any]


class Backend(ABC):
    """A kind of database, for one address. `name` is the address without secrets."""

    is_async = False

    def __init__(self, url: URL, name: str) -> None:
        self.url = url
        self.name = name

    @abstractmethod
    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL."""

    @abstractmethod
    def prepare(self, engine: Engine) -> None:
        """Listen for the engine's events, so that its connections are fit for migrations."""

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
    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a connection that failed."""
