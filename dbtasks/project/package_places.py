"""Folders inside of packages, which Alembic's configuration writes as `package:folder`.

Alembic imports the package to find its folder. It is found without that here: looking never acts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec
from pathlib import Path

from dbtasks.errors import ProjectError

_PLACE = re.compile(r"(?P<package>[^\W\d]\w+(?:\.[^\W\d]\w*)*):(?P<folder>.*)")
"""A package has two letters at least: one stands for a drive of Windows."""


def is_in_package(location: str) -> bool:
    """Whether a location is one of a package's."""
    return bool(_PLACE.fullmatch(location))


def folder_in_package(location: str, importable: Sequence[str]) -> Path:
    """Return the folder that `package:folder` means, whether it is there or not.

    The package is looked for in the folders `importable` first, then where Python looks. Raises
    `ProjectError` where nobody has such a package.
    """
    match = _PLACE.fullmatch(location)
    assert match
    inside = match["folder"].replace(":", "/")
    places = [Path(folder, inside) for folder in _package_folders(match["package"], importable)]
    if not places:
        raise ProjectError(
            f"{location} in Alembic's configuration names the package {match['package']}, which "
            "can't be found. Nothing was done.",
            "Correct the name there, or add the folder that holds it to prepend_sys_path.",
        )
    return next((place for place in places if place.is_dir()), places[0])


def _package_folders(package: str, importable: Sequence[str]) -> list[str]:
    """Return the folders of a package, several for one without `__init__.py`; none if unknown."""
    with _searched_first(importable):
        folders: list[str] | None = None
        name = ""
        for part in package.split("."):
            name = f"{name}.{part}".lstrip(".")
            spec = _spec(name, folders)
            folders = list((spec and spec.submodule_search_locations) or ())
            if not folders:
                return []
    return folders or []


def _spec(name: str, folders: list[str] | None) -> ModuleSpec | None:
    """Return what Python's finders say of a module, which does not import the packages above."""
    found: Iterator[ModuleSpec | None] = (
        finder.find_spec(name, folders) for finder in sys.meta_path if hasattr(finder, "find_spec")
    )
    return next((spec for spec in found if spec), None)


@contextmanager
def _searched_first(folders: Sequence[str]) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = folders
    invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before
