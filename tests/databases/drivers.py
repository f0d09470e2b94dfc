"""The drivers that a database is reached by, and addresses that name them."""

from __future__ import annotations

from pathlib import Path

POSTGRESQL_DRIVERS = ("psycopg2", "psycopg", "asyncpg")
SQLITE_DRIVERS = ("pysqlite", "aiosqlite")
DRIVERS = (*POSTGRESQL_DRIVERS, *SQLITE_DRIVERS)

_HIDE = """
import os
import sys
from importlib.machinery import PathFinder


class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["HIDDEN_MODULES"].split(","):
            return None
        return self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)


sys.meta_path = [Hiding(finder) if finder is PathFinder else finder for finder in sys.meta_path]
"""


def with_driver(address: str, driver: str) -> str:
    """Return an address with the name of a driver in it."""
    scheme, _, rest = address.partition("://")
    return f"{scheme.partition('+')[0]}+{driver}://{rest}"


def hiding(folder: Path, *modules: str) -> dict[str, str]:
    """Return variables for a process in which `modules` are not to be found.

    Python asks its finders for a module, in the import statement as in `find_spec`; one that
    answers "there is none" is all that an environment without the package is. So no environment
    has to be installed for each driver.
    """
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_HIDE, encoding="utf-8")
    return {"PYTHONPATH": str(folder), "HIDDEN_MODULES": ",".join(modules)}
