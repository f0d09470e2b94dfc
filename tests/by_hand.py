"""Work on a database by hand, past dbtasks, as psql and sqlite3 do it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
from sqlalchemy.engine import make_url


def run_script(database_url: str, script: str) -> None:
    """Execute a script of statements."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            connection.executescript(script)
    elif script:
        with postgresql_cursor(database_url) as cursor:
            cursor.execute(script)


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            return connection.execute(query).fetchall()
    with postgresql_cursor(database_url) as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@contextmanager
def postgresql_cursor(database_url: str) -> Iterator[psycopg2.extensions.cursor]:
    """Yield a cursor on a PostgreSQL database; each statement is a transaction of its own."""
    url = make_url(database_url).set(drivername="postgresql")
    with closing(psycopg2.connect(url.render_as_string(hide_password=False))) as connection:
        connection.autocommit = True
        yield connection.cursor()
