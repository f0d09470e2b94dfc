"""Work on a database by hand, past dbtasks, as psql and sqlite3 do it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import psycopg
from sqlalchemy.engine import make_url


def run_script(database_url: str, script: str) -> None:
    """Execute a script of statements."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            connection.executescript(script)
    else:
        with psycopg.connect(_conninfo(database_url), autocommit=True) as connection:
            connection.execute(script.encode())


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            return connection.execute(query).fetchall()
    with psycopg.connect(_conninfo(database_url)) as connection:
        return connection.execute(query.encode()).fetchall()


def _conninfo(database_url: str) -> str:
    url = make_url(database_url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
