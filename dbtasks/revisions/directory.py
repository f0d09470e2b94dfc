"""The files of a project's revisions, and Alembic's view of them without importing one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionMap

from dbtasks.revisions.script import RevisionScript


def script_directory(config: Config) -> ScriptDirectory:
    """Return Alembic's directory of scripts, without what it adds to the process's `sys.path`.

    Raises as Alembic does.
    """
    before = list(sys.path)
    try:
        return ScriptDirectory.from_config(config)
    finally:
        sys.path[:] = before


def version_folders(directory: ScriptDirectory) -> list[Path]:
    """Return the folders that hold the revisions."""
    named = [Path(location) for location in directory.version_locations or ()]
    return named or [Path(directory.dir) / "versions"]


def revision_files(directory: ScriptDirectory) -> list[Path]:
    """Return the files that Alembic would take for revisions, each once.

    (Alembic's ScriptDirectory: what begins with `.#` is an editor's lock, `__init__.py` makes a
    package.)
    """
    found = (path for folder in version_folders(directory) for path in _listed(directory, folder))
    return list(dict.fromkeys(path.resolve() for path in found))


def use(directory: ScriptDirectory, scripts: Sequence[RevisionScript]) -> None:
    """Let Alembic work with revisions that were read, in the place of importing all files."""
    directory.revision_map = RevisionMap(lambda: scripts)


def _listed(directory: ScriptDirectory, folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        if not directory.recursive_version_locations:
            folders.clear()
        for name in sorted(files):
            if name.endswith(".py") and not name.startswith((".#", "__init__")):
                yield Path(root, name)
