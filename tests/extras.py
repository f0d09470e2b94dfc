"""What the development tools bring: a test that needs one that is missing is skipped, loudly.

A test says what it needs by a marker, `pytest.mark.needs("squawk")`, or by its parameters.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.util import find_spec

import pytest

from tests.project_folder import SCRIPTS

_PACKAGES = {"aiosqlite", "asyncpg", "griffe", "psycopg"}
_PROGRAMS = {"just", "make", "ruff", "squawk", "uv"}


def mark_what_lacks_something(item: pytest.Item) -> None:
    """Have a test skipped if a package or a program that it needs is not installed."""
    missing = sorted(name for name in _needs(item) if not _is_there(name))
    if missing:
        names = ", ".join(missing).upper()
        item.add_marker(pytest.mark.skip(reason=f"NOT INSTALLED: {names}. THIS WAS NOT TESTED"))


def _needs(item: pytest.Item) -> set[str]:
    names = {name for marker in item.iter_markers("needs") for name in marker.args}
    assert names <= _PACKAGES | _PROGRAMS, names
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for value in parameters:
        # A driver by its name, and a way in by the program that it begins with.
        name = value if isinstance(value, str) else getattr(value, "prefix", "")
        names |= {name} & (_PACKAGES | _PROGRAMS)
    return names


@cache
def _is_there(name: str) -> bool:
    if name in _PACKAGES:
        return find_spec(name) is not None
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", "")])
    return shutil.which(name, path=path) is not None
