"""How a kind of database is reached: addresses, connections, and what goes wrong with them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks.errors import DatabaseError

if TYPE_CHECKING:
    from dbtasks.databases.database import Database


class Reachable(ABC):
    """The part of a `Backend` that leads to a database.

    Who asks about a database that is yet to be reached names it; else there is a connection.
    """

    # Addresses.

    @abstractmethod
    def completed(self, url: URL, root: Path, source: str) -> URL:
        """Return an address with all that is to be known, paths from `root`.

        Raises `SettingsError`, which names `source`, where that is not all there.
        """

    @abstractmethod
    def identity(self, url: URL, root: Path) -> tuple[object, ...]:
        """Return what tells a database from others: two addresses of one have the same.

        Raises `SettingsError` for an address of no database.
        """

    @abstractmethod
    def shown(self, url: URL, root: Path) -> str:
        """Return an address, without a driver, for people: no secrets, paths from `root`."""

    def for_driver(self, url: URL) -> URL:
        """Return an address with its options as the driver calls them."""
        return url

    def is_in_memory(self, url: URL) -> bool:
        """Whether a database ends with the process that opens it."""
        del url
        return False

    # Reaching a database.

    @abstractmethod
    def url_to_open(self, url: URL, *, reading: bool) -> URL:
        """Return the address to open; `reading` brings no database into being."""

    @abstractmethod
    def is_async(self, url: URL) -> bool:
        """Whether the driver is an asynchronous one."""

    @abstractmethod
    def limit(self, url: URL) -> float:
        """Return how long the database may take to answer, in seconds."""

    @abstractmethod
    def engine_options(self, url: URL) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL."""

    @abstractmethod
    def prepare(self, engine: Engine, *, reading: bool) -> None:
        """Listen for the engine's events, so that its connections are fit for their work."""

    @abstractmethod
    def prepared_elsewhere(self, *, reading: bool) -> AbstractContextManager[None]:
        """Make connections fit that others open meanwhile, in this thread."""

    @abstractmethod
    def cancel(self, driver_connection: Any) -> None:
        """End the statement that runs on a driver's connection, from another thread."""

    @abstractmethod
    def exists(self, database: Database) -> bool:
        """Whether the database is there. Raises `DatabaseError` if that can't be found out."""

    @abstractmethod
    def create(self, database: Database) -> Callable[[], None]:
        """Create the database; return what takes it away again, and nothing of others'.

        Raises `DatabaseError` where that is not allowed.
        """

    @abstractmethod
    def files(self, database: Database) -> tuple[Path, ...]:
        """Return the files that the database is in, and those beside it while it is at work."""

    @abstractmethod
    def erase(self, connection: Connection) -> None:
        """Drop everything in the database that migrations or models may have made."""

    @abstractmethod
    def explain(self, error: Exception, database: Database) -> DatabaseError:
        """Return the error to show for a connection that failed."""

    @abstractmethod
    def trouble(self, error: DBAPIError, database: Database) -> DatabaseError | None:
        """Return the error to show for a statement that the database's state made fail.

        A lock, a full disk, a missing permission; None when the statement itself is at fault.
        """

    @abstractmethod
    def is_made_already(self, error: DBAPIError) -> bool:
        """Whether a statement failed because what it makes is there already."""

    @abstractmethod
    def is_relied_on(self, error: DBAPIError) -> bool:
        """Whether a statement failed because something else relies on what it takes away."""
