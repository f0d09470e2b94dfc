"""Running a revision's code so that it gets at one database alone.

What its own words don't show to be harmless may be so all the same: a helper of the project's, a
class of its models. Such code is watched while it runs. Whatever would leave the one database that
it is given is stopped before it happens, at the revision's line, also where the code catches that.
(https://docs.python.org/3/library/audit_events.html)
"""

from __future__ import annotations

import atexit
import inspect
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import Dialect

from dbtasks.project.import_files import sqlite_file
from dbtasks.project.user_code import line_of, packages_at_work

_BEYOND = re.compile(
    r"\b(?:create|alter|drop)\s+(?:role|user|group|database|tablespace|system|subscription|server)\b"
    r"|\b(?:drop|reassign)\s+owned\b"
    r"|\b(?:dblink\w*|lo_(?:ex|im)port|pg_(?:terminate|cancel)_backend|load_extension|writefile)\b"
    r"|(?:^|;|\bbegin\b|\bthen\b)\s*(?:attach\b|vacuum\s+into\b|copy\b"
    r"|(?:grant|revoke)\b(?![^;]*\bon\b))",
    re.IGNORECASE,
)
_DRIVERS = frozenset({"MySQLdb", "oracledb", "psycopg", "psycopg2"})
"""Those that connect in C, of which Python tells nothing."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class ReachesFurtherError(Exception):
    """Code that would have acted on more than the database it is given; told by its place."""


def beyond_one_database(sql: str) -> str:
    """Return what in SQL acts on the whole server, on other databases or on files; "" for none."""
    found = _BEYOND.search(sql)
    return " ".join(found[0].strip(" ;").split()) if found else ""


@dataclass
class _Run:
    """The run of a revision's file; `dialect` is that of the one database, if there is one."""

    file: Path
    dialect: Dialect | None
    stopped: ReachesFurtherError | None = None

    def stop(self) -> ReachesFurtherError:
        """Return the error to raise in place of a deed. The first one is kept."""
        error = ReachesFurtherError(line_of(self.file))
        self.stopped = self.stopped or error
        return error


class _Here(threading.local):
    run: _Run | None = None


_here = _Here()


@contextmanager
def confined(file: Path, connection: Connection | None = None) -> Iterator[None]:
    """Let a revision's `file` get at the database of `connection` meanwhile, and nothing else.

    Raises `ReachesFurtherError` for whatever would act elsewhere: another engine, a driver, a file
    that is written, a program, a thread, the network. It has not happened then.
    """
    _watch()
    dialect = None if connection is None else connection.dialect
    run, above, profile = _Run(file, dialect), _here.run, sys.getprofile()
    _here.run = run
    sys.setprofile(partial(_called, run))
    try:
        yield
    except (Exception, SystemExit) as error:
        if run.stopped and error is not run.stopped:
            raise run.stopped from error
        raise
    finally:
        sys.setprofile(profile)
        _here.run = above
    if run.stopped:
        raise run.stopped


@cache
def _watch() -> None:
    """Be told from now on, in all threads; no thread is answered that runs no revision so."""
    event.listen(Engine, "do_connect", _opened)
    event.listen(Engine, "engine_connect", _used)
    event.listen(Engine, "before_cursor_execute", _executed)
    sys.addaudithook(_audited)


def _opened(dialect: Dialect, *_: Any) -> None:
    run = _here.run
    if run and dialect is not run.dialect:
        raise run.stop()


def _used(connection: Connection) -> None:
    _opened(connection.dialect)


def _executed(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    _opened(connection.dialect)
    if _here.run and beyond_one_database(statement):
        raise _here.run.stop()


def _called(run: _Run, frame: FrameType, what: str, function: Any) -> None:
    """Stop what Python does not audit: a driver that connects in C, and a deed that is put off."""
    if what == "c_call" and _puts_off(function):
        raise run.stop()
    if what == "call" and frame.f_code.co_name == "connect":
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package in _DRIVERS and "sqlalchemy" not in packages_at_work():
            raise run.stop()


def _puts_off(function: Any) -> bool:
    """Whether a function of C is one that starts a thread, or waits for the end of the process."""
    if function is atexit.register:
        return True
    # Asked of each call: what rules most of them out comes first.
    name: str = function.__name__
    return name.startswith("start_") and bool(function.__module__ == "_thread")


def _audited(name: str, arguments: tuple[Any, ...]) -> None:
    run = _here.run
    acts = _ACTS.get(name) if run else None
    if run and acts and acts(arguments) and not _imports(inspect.currentframe()):
        raise run.stop()


def _imports(frame: FrameType | None) -> bool:
    """Whether it is Python that keeps a module as it has compiled it."""
    above = frame.f_back if frame else None
    return above is not None and above.f_code.co_filename.startswith("<frozen importlib")


def _always(_: tuple[Any, ...]) -> bool:
    return True


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = arguments
    is_written = set(mode) & set("wax+") if isinstance(mode, str) else flags & _WRITES
    return bool(is_written) and path != os.devnull


def _is_past_sqlalchemy(_: tuple[Any, ...]) -> bool:
    """Whether a connection is made past SQLAlchemy, which has been asked already."""
    return "sqlalchemy" not in packages_at_work()


def _opens_sqlite(arguments: tuple[Any, ...]) -> bool:
    return sqlite_file(arguments[0]) is not None and _is_past_sqlalchemy(arguments)


_ACTS: Mapping[str, Callable[[tuple[Any, ...]], bool]] = {
    **dict.fromkeys(
        (
            *("builtins.input", "os.chdir", "subprocess.Popen"),
            *("os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty", "os.kill", "os.link"),
            *("os.mkdir", "os.posix_spawn", "os.remove", "os.rename", "os.rmdir", "os.spawn"),
            *("os.startfile", "os.symlink", "os.system", "os.truncate", "os.utime"),
            *("socket.bind", "socket.sendmsg", "socket.sendto"),
        ),
        _always,
    ),
    "open": _writes,
    "socket.connect": _is_past_sqlalchemy,
    "sqlite3.connect": _opens_sqlite,
}
