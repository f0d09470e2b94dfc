"""What tells an `ImportGuard` of deeds: SQLAlchemy's events, and those that Python audits.

Both are asked once in a process, since neither can safely be told to stop while other threads are
at work, and answer at once where no models are being imported.
(https://docs.sqlalchemy.org/en/20/core/events.html, https://docs.python.org/3/library/audit_events.html)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.engine import ExceptionContext

from dbtasks.databases import BACKENDS
from dbtasks.databases.address import shown
from dbtasks.databases.failures import shortened
from dbtasks.project.import_files import guard_connection, is_database, sqlite_file
from dbtasks.project.import_guard import ImportGuard, active_guard
from dbtasks.project.reading_sql import only_reads
from dbtasks.project.user_code import is_called_by_user, packages_at_work

_DRIVERS = frozenset({"aiomysql", "asyncpg", "mysql", "pg8000", "pymysql", "pytds"})
"""Those that are Python, and so seen when they connect past SQLAlchemy."""
_TELLING_PROGRAMS = frozenset({"git", "hostname", "uname"})
"""What is asked for a version or a name, and touches no database."""
_TELLING_MODULES = frozenset({"ctypes", "platform", "uuid"})
"""Those of Python that start programs themselves, to ask them about the machine."""
_READ_ONLY = "25006"
"""What PostgreSQL calls a statement that writes where nothing may be written."""


@cache
def watch() -> None:
    """Be told from now on, in all threads."""
    event.listen(Engine, "engine_connect", _connected)
    event.listen(Engine, "begin", _begun)
    event.listen(Engine, "before_cursor_execute", _executed)
    event.listen(Engine, "handle_error", _failed)
    event.listen(MetaData, "before_create", _tables_created)
    event.listen(MetaData, "before_drop", _tables_dropped)
    sys.addaudithook(_audited)


def _connected(connection: Connection) -> None:
    guard = active_guard()
    if guard:
        guard.engines.add(connection.engine)


def _begun(connection: Connection) -> None:
    """Let the database itself refuse what no statement tells, such as functions that write."""
    backend = BACKENDS.get(connection.dialect.name)
    if backend and backend.only_read and active_guard():
        connection.exec_driver_sql(backend.only_read)


def _executed(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    guard = active_guard()
    if guard and not only_reads(statement) and not _is_in_memory(connection):
        raise guard.stop(f"execute {shortened(statement)} on {_name(connection, guard)}")


def _failed(context: ExceptionContext) -> None:
    guard, error = active_guard(), context.original_exception
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if guard and state == _READ_ONLY:
        raise guard.stop(f"write, by {shortened(context.statement or 'a statement')}")


def _tables_created(_: MetaData, connection: Connection, **__: Any) -> None:
    _refuse_tables("create", connection)


def _tables_dropped(_: MetaData, connection: Connection, **__: Any) -> None:
    _refuse_tables("drop", connection)


def _refuse_tables(deed: str, connection: Connection) -> None:
    guard = active_guard()
    if guard and isinstance(connection, Connection) and not _is_in_memory(connection):
        raise guard.stop(f"{deed} the tables of the models on {_name(connection, guard)}")


def _is_in_memory(connection: Connection) -> bool:
    backend = BACKENDS.get(connection.dialect.name)
    return backend is not None and backend.is_in_memory(connection.engine.url)


def _name(connection: Connection, guard: ImportGuard) -> str:
    url, backend = connection.engine.url, BACKENDS.get(connection.dialect.name)
    return shown(url, guard.root) if backend else url.render_as_string(hide_password=True)


def _audited(name: str, arguments: tuple[Any, ...]) -> None:
    notice = _AUDITED.get(name)
    guard = active_guard() if notice else None
    if notice and guard:
        notice(guard, arguments)


def _opens_sqlite(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    path = sqlite_file(arguments[0])
    if path:
        guard.notice_file(path)


def _guard_sqlite(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    guard_connection(arguments[0], guard)


def _binds(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    """Stop a server. On port 0 nobody would find it: asyncio itself uses that on Windows."""
    _, address = arguments
    is_port = isinstance(address, tuple) and len(address) > 1 and address[1]
    if is_port or isinstance(address, str):
        where = f"{address[0] or '*'}:{address[1]}" if is_port else str(address)
        raise guard.stop(f"start a server on {where}")


def _connects(guard: ImportGuard, _: tuple[Any, ...]) -> None:
    packages = packages_at_work()
    past = sorted(_DRIVERS & packages)
    if past and "sqlalchemy" not in packages:
        raise guard.stop(
            f"connect to a database by {past[0]} alone, where nobody sees what it does"
        )


def _runs_program(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    program = _program(*arguments[:2])
    if program in _TELLING_PROGRAMS or packages_at_work() & _TELLING_MODULES:
        return
    if is_called_by_user():
        raise guard.stop(f"start the program {program}")


def _program(executable: Any, words: Any = ()) -> str:
    """Return the name of a program alone: what follows may hold a password."""
    parts = words if isinstance(words, (list, tuple)) else [executable or words]
    parts = [os.fsdecode(part) for part in parts if isinstance(part, (str, bytes, os.PathLike))]
    in_shell = len(parts) > 2 and parts[1] in {"-c", "/c"} and Path(parts[0]).stem in {"sh", "cmd"}
    line = parts[2] if in_shell else parts[0] if parts else ""
    return Path(line.split()[0]).name if line.split() else "of a shell"


def _runs_line(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    _runs_program(guard, (None, arguments[0]))


def _runs_on(guard: ImportGuard, _: tuple[Any, ...]) -> None:
    if is_called_by_user():
        raise guard.stop("start a process")


def _asks(guard: ImportGuard, _: tuple[Any, ...]) -> None:
    raise guard.stop("wait for an answer from the terminal")


def _changes_file(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    found = next((path for path in arguments if is_database(path)), None)
    if found is not None:
        raise guard.stop(f"overwrite or delete the SQLite database {Path(os.fsdecode(found)).name}")


def _opens_file(guard: ImportGuard, arguments: tuple[Any, ...]) -> None:
    path, mode, _ = arguments
    if isinstance(mode, str) and set(mode) & set("wa+"):
        _changes_file(guard, (path,))


_AUDITED: Mapping[str, Callable[[ImportGuard, tuple[Any, ...]], None]] = {
    "builtins.input": _asks,
    "open": _opens_file,
    "os.exec": _runs_program,
    "os.fork": _runs_on,
    "os.forkpty": _runs_on,
    "os.posix_spawn": _runs_program,
    "os.remove": _changes_file,
    "os.rename": _changes_file,
    "os.spawn": _runs_program,
    "os.startfile": _runs_line,
    "os.system": _runs_line,
    "os.truncate": _changes_file,
    "socket.bind": _binds,
    "socket.connect": _connects,
    "sqlite3.connect": _opens_sqlite,
    "sqlite3.connect/handle": _guard_sqlite,
    "subprocess.Popen": _runs_program,
}
