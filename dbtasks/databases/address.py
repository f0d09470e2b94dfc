"""From the text of a DATABASE_URL to the address that SQLAlchemy opens.

People paste addresses: with a raw `@`, `/` or `%` in the password, with `postgres://`, with a
SQLite path that is meant from the project's root. What they mean is unambiguous, so it works.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dbtasks.databases.backend import Backend
from dbtasks.databases.kinds import BACKENDS, backend_of
from dbtasks.errors import DatabaseError, SettingsError

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
        forms = " or ".join(backend.example_address for backend in BACKENDS.values())
        raise SettingsError(
            f"{source} is not the address of a database.", f"Write it as {forms}."
        ) from None
    url = with_installed_driver(url, source)
    return backend_of(url).completed(url, root, source)


def identity(text: str, root: Path) -> tuple[str, ...] | None:
    """Return what tells the database of an address from others; None for what is no address.

    Two addresses of one database have the same, whatever their spelling, user and driver.
    """
    try:
        url = make_url(_with_quoted_userinfo(_bare(text)))
        kind = BACKENDS.get(url.get_backend_name())
        place = kind.identity(url, root) if kind else (url.host, url.port, url.database)
    except (ArgumentError, ValueError, SettingsError):
        return None
    return (url.get_backend_name(), *(str(part or "") for part in place))


def shown_text(text: str, root: Path) -> str:
    """Return the address that `text` is for people, as `shown` does, of any kind of database."""
    url = make_url(_with_quoted_userinfo(_bare(text)))
    if url.get_backend_name() in BACKENDS:
        return shown(url, root)
    return url.set(query={}).render_as_string(hide_password=True)


def for_driver(url: URL) -> URL:
    """Return the address with its options as the driver calls them."""
    return backend_of(url).for_driver(url)


def shown(url: URL, root: Path) -> str:
    """Return the address for people: no password, no driver, a SQLite path from `root`."""
    return backend_of(url).shown(url.set(drivername=url.get_backend_name()), root)


def driver_fails(url: URL, error: ImportError) -> DatabaseError:
    """Return the error to show for a driver that is installed, and does not load."""
    driver = url.get_driver_name()
    return DatabaseError(
        f"The driver {driver} does not load: {str(error).splitlines()[0].rstrip('.')}.",
        f"Install it anew: {backend_of(url).drivers[driver].install}",
    )


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
    scheme, plus, driver = scheme.partition("+")
    backend = _kind(scheme)
    scheme = f"{backend.dialect.name if backend else scheme}{plus}{driver}"
    before_query = _QUERY.split(rest, maxsplit=1)[0]
    end = (before_query if "@" in before_query else rest).rfind("@")
    if end < 0 or (backend and not backend.is_remote):
        return f"{scheme}://{rest}"
    userinfo, location = rest[:end], rest[end + 1 :]
    user, colon, password = userinfo.partition(":")
    return f"{scheme}://{_quoted(user)}{colon}{_quoted(password)}@{location}"


def _kind(scheme: str) -> Backend | None:
    """Return the kind of database that an address begins with, in one of its spellings."""
    kinds = (kind for kind in BACKENDS.values() if scheme in {kind.dialect.name, *kind.spellings})
    return next(kinds, None)


def _quoted(text: str) -> str:
    """Return a text percent-encoded, which it may have been already.

    A `%` that begins no valid code was meant as it stands.
    """
    try:
        return quote(unquote(text, errors="strict"), safe="")
    except UnicodeDecodeError:
        return quote(text, safe="")


def with_installed_driver(url: URL, source: str) -> URL:
    """Return the address with the driver that it names, or else with the first that is installed.

    Raises `DatabaseError` when there is none, `SettingsError` for one that we don't know.
    """
    dialect, _, driver = url.drivername.partition("+")
    if dialect not in BACKENDS:
        names = " and ".join(backend.name for backend in BACKENDS.values())
        schemes = " or ".join(f"{name}://" for name in BACKENDS)
        raise SettingsError(
            f"{source} names a {dialect} database. dbtasks works with {names}.",
            f"Use an address that starts with {schemes}.",
        )
    drivers = BACKENDS[dialect].drivers
    if driver and driver not in drivers:
        raise SettingsError(
            f"{source} names the driver {driver}, which dbtasks does not know.",
            f"Use one of: {', '.join(drivers)}, or leave it out.",
        )
    candidates = [driver] if driver else list(drivers)
    installed = [name for name in candidates if all(map(find_spec, drivers[name].modules))]
    if not installed:
        missing = f"the driver {driver}" if driver else f"a driver for {dialect}"
        raise DatabaseError(
            f"{source} needs {missing}, and it is not installed.",
            f"Install it: {drivers[candidates[0]].install}",
        )
    return url.set(drivername=f"{dialect}+{installed[0]}")
