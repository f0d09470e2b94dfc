"""From the text of a DATABASE_URL to the address that SQLAlchemy opens.

People paste addresses: with a raw `@`, `/` or `%` in the password, with `postgres://`, with a
SQLite path that is meant from the project's root. What they mean is unambiguous, so it works.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dbtasks.errors import DatabaseError, SettingsError

DRIVERS = {
    "postgresql": {
        "psycopg2": ("psycopg2",),
        "psycopg": ("psycopg",),
        "asyncpg": ("asyncpg", "greenlet"),
    },
    "sqlite": {"pysqlite": ("sqlite3",), "aiosqlite": ("aiosqlite", "greenlet")},
}
"""For each dialect its drivers in order of preference, with the modules that each one needs."""

_INSTALL = {
    "psycopg2": 'pip install "dbtasks[postgres]"',
    "psycopg": 'pip install "psycopg[binary]"',
    "asyncpg": 'pip install "dbtasks[async]"',
    "aiosqlite": 'pip install "dbtasks[async]"',
}
_FORMS = "Write it as postgresql://user:password@host:5432/name or sqlite:///file.db."
_QUERY = re.compile(r"\?\w+=")
"""Where the options after an address begin; a `?` in a password looks different."""


def parse_address(text: str, root: Path, source: str = "DATABASE_URL") -> URL:
    """Return the URL that `text` means, with a driver that is installed.

    A relative SQLite path is taken from `root`. Raises `SettingsError` when the text is no
    address, naming `source` but never the text, and `DatabaseError` when no driver is installed.
    """
    try:
        url = make_url(_with_quoted_userinfo(_bare(text)))
        _ = url.port
    except (ArgumentError, ValueError):
        # Their messages may quote a piece of the password, so they are not chained.
        raise SettingsError(f"{source} is not the address of a database.", _FORMS) from None
    url = _with_driver(url, source)
    return _file(url, root, source) if url.get_backend_name() == "sqlite" else _named(url, source)


def for_driver(url: URL) -> URL:
    """Return the address with its options as the driver calls them.

    Hosted databases hand out addresses with libpq's options, and asyncpg has names of its own.
    """
    if url.get_driver_name() != "asyncpg":
        return url
    query = dict(url.query)
    query.pop("connect_timeout", None)  # asyncpg wants a number, which no address can hold
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    return url.set(query=query)


def shown(url: URL, root: Path) -> str:
    """Return the address for people: no password, no driver, a SQLite path from `root`."""
    url = url.set(drivername=url.get_backend_name())
    if url.get_backend_name() == "sqlite" and url.database:
        return f"sqlite:///{_relative(url.database.removeprefix('file:'), root)}"
    secrets = {name: "***" for name in url.query if "password" in name}
    return url.update_query_dict(secrets).render_as_string(hide_password=True)


def _bare(text: str) -> str:
    """Return a text without quotes around it, which cmd's `set NAME="value"` makes part of it."""
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text


def _with_quoted_userinfo(text: str) -> str:
    """Quote the user name and password, which end at the last `@` before the query."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        return text
    scheme = "postgresql" + scheme.removeprefix("postgres") if _is_short(scheme) else scheme
    before_query = _QUERY.split(rest, maxsplit=1)[0]
    end = (before_query if "@" in before_query else rest).rfind("@")
    if end < 0 or scheme.startswith("sqlite"):
        return f"{scheme}://{rest}"
    userinfo, location = rest[:end], rest[end + 1 :]
    user, colon, password = userinfo.partition(":")
    return f"{scheme}://{_quoted(user)}{colon}{_quoted(password)}@{location}"


def _is_short(scheme: str) -> bool:
    return scheme == "postgres" or scheme.startswith("postgres+")


def _quoted(text: str) -> str:
    """Return a text percent-encoded, which it may have been already.

    A `%` that begins no valid code was meant as it stands.
    """
    try:
        return quote(unquote(text, errors="strict"), safe="")
    except UnicodeDecodeError:
        return quote(text, safe="")


def _with_driver(url: URL, source: str) -> URL:
    dialect, _, driver = url.drivername.partition("+")
    if dialect not in DRIVERS:
        raise SettingsError(
            f"{source} names a {dialect} database. dbtasks works with SQLite and PostgreSQL.",
            "Use an address that starts with sqlite:// or postgresql://.",
        )
    drivers = DRIVERS[dialect]
    if driver and driver not in drivers:
        raise SettingsError(
            f"{source} names the driver {driver}, which dbtasks does not know.",
            f"Use one of: {', '.join(drivers)}, or leave it out.",
        )
    candidates = [driver] if driver else list(drivers)
    installed = [name for name in candidates if all(map(find_spec, drivers[name]))]
    if not installed:
        missing = f"the driver {driver}" if driver else f"a driver for {dialect}"
        raise DatabaseError(
            f"{source} needs {missing}, and it is not installed.",
            f"Install it: {_INSTALL[candidates[0]]}",
        )
    return url.set(drivername=f"{dialect}+{installed[0]}")


def _named(url: URL, source: str) -> URL:
    """Return the address of a server if it says which of its databases is meant."""
    if url.database or {"dbname", "service"} & set(url.query):
        return url
    raise SettingsError(
        f"{source} names a server, and none of its databases.",
        "Add the name at the end, as in postgresql://user:password@host:5432/name.",
    )


def driver_fails(url: URL, error: ImportError) -> DatabaseError:
    """Return the error to show for a driver that is installed, and does not load."""
    driver = url.get_driver_name()
    return DatabaseError(
        f"The driver {driver} does not load: {str(error).splitlines()[0].rstrip('.')}.",
        f"Install it anew: {_INSTALL.get(driver, 'pip install dbtasks')}",
    )


def _file(url: URL, root: Path, source: str) -> URL:
    """Return the address of a file with its whole path."""
    if url.host:
        raise SettingsError(
            f"{source} has two slashes after sqlite:, which is no file.",
            "Write three before a path from the project's folder: sqlite:///file.db.",
        )
    name = url.database or ""
    path = name.removeprefix("file:")
    if not path or path.startswith(":memory:"):
        return url
    return url.set(database=name.removesuffix(path) + str(root / path))


def _relative(name: str, root: Path) -> str:
    path = Path(name)
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return str(path).replace(os.sep, "/")
