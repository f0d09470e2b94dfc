"""SQLite files while models are imported: they are read, not written, and none comes into being."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dbtasks.project.import_guard import ImportGuard, active_guard

_HEADER = b"SQLite format 3\0"
_READING = frozenset(
    {
        *(sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION),
        *(sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT),
        *(sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA),
    }
)
_LASTING = frozenset({"application_id", "schema_version", "user_version", "writable_schema"})
"""Pragmas that write a value into the file."""
_AT_ONCE = frozenset({"incremental_vacuum", "optimize", "wal_checkpoint"})
_FORMAT = frozenset({"auto_vacuum", "encoding", "journal_mode", "page_size", *_AT_ONCE})
"""Pragmas that applications give to each connection, and that change how the file is kept."""


def sqlite_file(database: object) -> Path | None:
    """Return the file that a database of SQLite is in; None for one in memory."""
    if not isinstance(database, (str, bytes, os.PathLike)):
        return None
    name = os.fsdecode(database)
    if name.startswith("file:"):
        path, _, query = name.removeprefix("file:").partition("?")
        name = "" if "mode=memory" in query else unquote(path.removeprefix("//"))
    return None if name in {"", ":memory:"} else Path(name)


def is_database(path: object) -> bool:
    """Whether a path is that of a SQLite database which is there."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return False
    try:
        with Path(os.fsdecode(path)).open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError:
        return False


def guard_connection(connection: sqlite3.Connection, guard: ImportGuard) -> None:
    """Let SQLite refuse what writes on a connection, whoever has opened it.

    Python tells of one before it can be used, and of nothing afterwards. So the next call that
    this thread makes is waited for, which comes before the first statement.
    """
    profile = sys.getprofile()

    def next_call(*_: Any) -> None:
        sys.setprofile(profile)
        connection.set_authorizer(_authorizer(_main_file(connection), guard))

    sys.setprofile(next_call)


def _main_file(connection: sqlite3.Connection) -> str:
    """Return the file that a connection has opened, empty if it is in memory."""
    databases = connection.execute("PRAGMA database_list").fetchall()
    return next((str(file) for _, name, file in databases if name == "main"), "")


def _authorizer(file: str, guard: ImportGuard) -> Callable[..., int]:
    """Return what says whether SQLite may do a part of a statement."""
    passing = {"temp"} if file else {"temp", "main"}

    def allow(
        action: int, what: str | None, value: str | None, database: str | None, _: str | None
    ) -> int:
        if active_guard() is None or database in passing:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_ATTACH:
            attached = sqlite_file(what)
            if attached:
                guard.notice_file(attached)
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and what in _FORMAT and (value or what in _AT_ONCE):
            return sqlite3.SQLITE_IGNORE
        if action not in _READING or (what in _LASTING and value):
            guard.stop(f"write to the SQLite file {Path(file).name}")
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    return allow
