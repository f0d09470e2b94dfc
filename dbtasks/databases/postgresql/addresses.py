"""The address of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import URL

from dbtasks.databases.terms import Driver
from dbtasks.errors import SettingsError

DRIVERS: Mapping[str, Driver] = {
    "psycopg2": Driver(("psycopg2",), 'pip install "dbtasks[postgres]"'),
    "psycopg": Driver(("psycopg",), 'pip install "psycopg[binary]"'),
    "asyncpg": Driver(("asyncpg", "greenlet"), 'pip install "dbtasks[async]"'),
}

_PORT = 5432
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_LIMIT = 3.0
"""How long a server may take to answer, in seconds: a verb ends within five."""


def completed(url: URL, source: str) -> URL:
    """Return the address if it says which database of the server is meant."""
    if url.database or {"dbname", "service"} & set(url.query):
        return url
    raise SettingsError(
        f"{source} names a server, and none of its databases.",
        "Add the name at the end, as in postgresql://user:password@host:5432/name.",
    )


def identity(url: URL) -> tuple[object, ...]:
    """Return the server and the database, and the options that choose a schema of it.

    Users and drivers may differ. libpq takes the user's name where no database is named.
    """
    query = url.query
    host = str(url.host or query.get("host") or "").lower()
    return (
        "localhost" if host in _LOOPBACK else host,
        url.port or query.get("port") or _PORT,
        url.database or query.get("dbname") or url.username,
        query.get("service"),
        query.get("options"),
    )


def for_driver(url: URL) -> URL:
    """Return the address with its options as the driver calls them.

    Hosted databases hand out addresses with libpq's options, and asyncpg has names of its own.
    """
    if not is_async(url):
        return url
    query = dict(url.query)
    query.pop("connect_timeout", None)  # asyncpg wants a number, which no address can hold
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(query=query)


def is_async(url: URL) -> bool:
    """Whether the driver is an asynchronous one."""
    return url.get_driver_name() == "asyncpg"


def limit(url: URL) -> float:
    """Return how long the server may take to answer: as the address says, if it does."""
    asked = url.query.get("connect_timeout")
    return float(asked) if isinstance(asked, str) and asked.isdecimal() and int(asked) else _LIMIT


def shown(url: URL) -> str:
    """Return the address for people: without its secrets, and without the driver."""
    secrets = {name: "***" for name in url.query if "password" in name}
    return url.update_query_dict(secrets).render_as_string(hide_password=True)
