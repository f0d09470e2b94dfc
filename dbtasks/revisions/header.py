"""What a revision's file says of itself: its id, its parents, and what else it depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbtasks.revisions.names import Known
from dbtasks.revisions.reader import Module

_PARENTS = ("down_revision", "branch_labels", "depends_on")
_ID_IN_NAME = re.compile(r"([a-f0-9]+)\.py")
"""The names of files that held their id in their name (Alembic before 0.2)."""


@dataclass(frozen=True)
class Header:
    """The head of a file. `revision` is None where it has no id."""

    revision: str | None
    down_revision: str | tuple[str, ...] | None = None
    branch_labels: str | tuple[str, ...] | None = None
    depends_on: str | tuple[str, ...] | None = None

    @property
    def parents(self) -> frozenset[str]:
        """The ids of the revisions that it follows."""
        return _ids(self.down_revision)

    @property
    def dependencies(self) -> frozenset[str]:
        """The ids of the revisions that it depends on otherwise."""
        return _ids(self.depends_on)


def plain_header(module: Module, path: Path) -> Header | None:
    """Return the header as the text of a file says it; None where only Python could tell."""
    values: dict[str, Any] = {}
    for name in ("revision", *_PARENTS):
        found = module.value(name)
        if found is None and module.binds(name):
            return None
        values[name] = found.value if isinstance(found, Known) else None
    return _header(values, path)


def header_of(module: Any, path: Path) -> Header:
    """Return the header as Python says it, of a module that was imported."""
    values = {name: getattr(module, name, None) for name in ("revision", *_PARENTS)}
    return _header(values, path) or Header(None)


def _header(values: dict[str, Any], path: Path) -> Header | None:
    """Return a header; None for values that no header has."""
    id_ = values["revision"]
    if id_ is None and (named := _ID_IN_NAME.fullmatch(path.name)):
        id_ = named[1]
    rest = {name: _settled(values[name]) for name in _PARENTS}
    fits = isinstance(id_, (str, type(None))) and all(map(_is_group, rest.values()))
    return Header(id_, **rest) if fits else None


def _settled(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, set, frozenset)) else value


def _is_group(value: Any) -> bool:
    is_tuple = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str) or is_tuple


def _ids(value: str | tuple[str, ...] | None) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value or ())
