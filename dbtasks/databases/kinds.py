"""The kinds of databases that there are: the one place that tells them apart by name."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Dialect
from sqlalchemy.engine import URL

from dbtasks.databases.backend import Backend
from dbtasks.databases.postgresql.backend import PostgreSQL
from dbtasks.databases.sqlite.backend import SQLite
from dbtasks.errors import DatabaseError

BACKENDS: Mapping[str, Backend] = {
    backend.dialect.name: backend for backend in (PostgreSQL(), SQLite())
}
"""Each by the name of SQLAlchemy's dialect."""


def backend_of(place: Connection | Dialect | URL) -> Backend:
    """Return the kind of database. Raises `DatabaseError` for one that is none of ours."""
    match place:
        case URL():
            name = place.get_backend_name()
        case Connection():
            name = place.dialect.name
        case _:
            name = place.name
    if name not in BACKENDS:
        raise DatabaseError(
            f"dbtasks does not know how to work with a {name} database.",
            f"It knows: {', '.join(BACKENDS)}.",
        )
    return BACKENDS[name]
