"""Where Alembic is told of a project: in alembic.ini, in pyproject.toml, or in both."""

from __future__ import annotations

import tomllib
from pathlib import Path

INI, PYPROJECT = "alembic.ini", "pyproject.toml"


def is_configured(root: Path) -> bool:
    """Whether a folder is that of a project."""
    return (root / INI).is_file() or is_configured_in_pyproject(root)


def is_configured_in_pyproject(root: Path) -> bool:
    """Whether pyproject.toml has `[tool.alembic]`; what is wrong with the file, settings tell."""
    try:
        text = (root / PYPROJECT).read_text(encoding="utf-8-sig")
        tool = tomllib.loads(text).get("tool", {})
    except (OSError, ValueError):
        return False
    return isinstance(tool, dict) and "alembic" in tool
