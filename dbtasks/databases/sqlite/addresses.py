"""The address of a SQLite file.

It is always opened through the standard library's driver. Migrations run one after the other, so
aiosqlite, which runs that same driver in a thread, has nothing to add.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from dbtasks.databases.terms import Driver
from dbtasks.errors import SettingsError

DRIVERS: Mapping[str, Driver] = {
    "pysqlite": Driver(("sqlite3",), "pip install dbtasks"),
    "aiosqlite": Driver(("aiosqlite", "greenlet"), 'pip install "dbtasks[async]"'),
}


def completed(url: URL, root: Path, source: str) -> URL:
    """Return the address with the whole path of its file, which may be told from `root`."""
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


def identity(url: URL, root: Path) -> tuple[object, ...]:
    """Return the file, wherever links lead to it; all databases in memory are alike."""
    path = path_of(completed(url, root, "it"))
    return (os.path.normcase(path.resolve()) if path else ":memory:",)


def shown(url: URL, root: Path) -> str:
    """Return the address for people: the path from `root`, and no driver."""
    if not url.database:
        return url.render_as_string()
    path = Path(url.database.removeprefix("file:"))
    if path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return f"{url.drivername}:///{str(path).replace(os.sep, '/')}"


def url_to_open(url: URL, *, reading: bool) -> URL:
    """Return the address; for reading, that of an empty database in memory if there is no file."""
    path = path_of(url)
    is_missing = reading and not (path and path.exists())
    return make_url("sqlite+pysqlite://") if is_missing else url.set(drivername="sqlite+pysqlite")


def path_of(url: URL) -> Path | None:
    """Return the file of an address; None for a database in memory."""
    name = (url.database or "").removeprefix("file:")
    in_memory = not name or name.startswith(":memory:") or url.query.get("mode") == "memory"
    return None if in_memory else Path(name)
