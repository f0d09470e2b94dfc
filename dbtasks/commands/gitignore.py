"""The lines of .gitignore for what the verbs leave in a project's folder, and is nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from dbtasks.commands.project_files import unwritable
from dbtasks.commands.written_files import Undo
from dbtasks.databases import Database

NAME = ".gitignore"


def missing_lines(root: Path, database: Database | None) -> tuple[str, ...]:
    """Return the lines to add for a project and its database.

    None for what any line there speaks of already.

    `.env` is left alone where it stands: whether it is for everybody, has been decided.
    """
    patterns = list(_patterns(root))
    wanted = {".venv/": [".venv"], "__pycache__/": ["__pycache__"]}
    if not (root / ".env").exists():
        wanted[".env"] = [".env"]
    first, *beside = (database and _files_within(root, database)) or [""]
    if first:
        wanted |= {first: [first], f"{first}-*": beside}
    return tuple(
        line
        for line, names in wanted.items()
        if not all(any(_speaks_of(item, root / name) for item in patterns) for name in names)
    )


def add_lines(root: Path, lines: Sequence[str], done: list[Undo]) -> None:
    """Add lines at the end, in the file's own line endings; note in `done` how to take them back.

    Raises `ProjectError` when they can't be written.
    """
    path = root / NAME
    is_new = not path.exists()
    before = b"" if is_new else path.read_bytes()
    end = b"\r\n" if b"\r\n" in before else b"\n"
    start = end if before and not before.endswith(b"\n") else b""
    added = start + b"".join(line.encode() + end for line in lines)
    done.append(partial(_take_back, path, before, added, is_new))
    try:
        with path.open("ab") as file:
            file.write(added)
    except OSError as error:
        raise unwritable(path, error) from error


def _take_back(path: Path, before: bytes, added: bytes, is_new: bool) -> None:
    """Leave the file as it was, unless somebody else has changed it meanwhile."""
    now = path.read_bytes()
    if not (now.startswith(before) and (before + added).startswith(now)):
        return
    if is_new:
        path.unlink()
    else:
        os.truncate(path, len(before))


def _files_within(root: Path, database: Database) -> list[str]:
    """Return the files of a database that stand in a folder, from there."""
    files = database.backend.files(database)
    return [file.relative_to(root).as_posix() for file in files if file.is_relative_to(root)]


def _patterns(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield the lines that git reads for a folder, each with the folder that it stands in."""
    for folder in (root, *root.parents):
        text = _text(folder / NAME)
        for line in filter(None, map(str.strip, text.splitlines())):
            if not line.startswith("#"):
                yield folder, line
        if (folder / ".git").exists():
            return


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _speaks_of(item: tuple[Path, str], path: Path) -> bool:
    """Whether a line is about a path, to ignore it or not to."""
    folder, line = item
    pattern = line.lstrip("!").rstrip("/").removeprefix("**/")
    if "/" in pattern:
        return fnmatch(path.relative_to(folder).as_posix(), pattern.lstrip("/"))
    return fnmatch(path.name, pattern)
