"""Where Alembic is told of a project: in alembic.ini, in pyproject.toml, or in both."""

from __future__ import annotations

import tomllib
from pathlib import Path

INI, PYPROJECT = "alembic.ini", "pyproject.toml"


def is_configured(root: Path) -> bool:
    """Whether a folder is that of a project."""
    return (ini_of(root).is_file() and not _is_of_scripts(root)) or is_configured_in_pyproject(root)


def ini_of(root: Path) -> Path:
    """Return a project's alembic.ini, which need not be there.

    Flask-Migrate's is in the folder of the migration scripts.
    """
    path = root / INI
    if path.is_file():
        return path
    below = (ini for ini in sorted(root.glob(f"*/{INI}")) if _is_of_scripts(ini.parent))
    return next(below, path)


def _is_of_scripts(folder: Path) -> bool:
    """Whether a folder holds env.py and an alembic.ini of Flask-Migrate's beside it."""
    ini = folder / INI
    if not (folder / "env.py").is_file() or not ini.is_file():
        return False
    text = ini.read_bytes()
    return b"flask_migrate" in text and b"\nscript_location" not in text


def is_configured_in_pyproject(root: Path) -> bool:
    """Whether pyproject.toml has `[tool.alembic]`; what is wrong with the file, settings tell."""
    try:
        text = (root / PYPROJECT).read_text(encoding="utf-8-sig")
        tool = tomllib.loads(text).get("tool", {})
    except (OSError, ValueError):
        return False
    return isinstance(tool, dict) and "alembic" in tool
