"""Where Alembic is told of a project: in an ini file, in pyproject.toml, or in both."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from dbtasks.errors import ProjectError, SettingsError
from dbtasks.hints import command
from dbtasks.project.installed import is_own_folder

INI, PYPROJECT = "alembic.ini", "pyproject.toml"
VARIABLE = "ALEMBIC_CONFIG"
"""The variable of the environment by which Alembic itself is told of its configuration."""
KEY = "alembic-config"
"""The setting of `[tool.dbtasks]` that says the same."""

_HAS_SECTION = re.compile(r"^\[alembic\]\s*(?:[#;].*)?$", re.MULTILINE)


def is_configured(root: Path) -> bool:
    """Whether a folder is that of a project."""
    ini = ini_file(root)
    is_ini = ini.is_file() and not (ini.parent == root and is_of_scripts(root))
    return is_ini or is_configured_in_pyproject(root)


def is_configured_in_pyproject(root: Path) -> bool:
    """Whether pyproject.toml has `[tool.alembic]`; what is wrong with the file, settings tell."""
    return "alembic" in _tool(pyproject_file(root))


def pyproject_file(root: Path) -> Path:
    """Return the pyproject.toml that Alembic reads for the project in `root`, there or not.

    It is the one that ALEMBIC_CONFIG names, as for Alembic; the ini file is the usual one then.
    """
    named = _of_environment(root)
    return named if named is not None and named.name == PYPROJECT else root / PYPROJECT


def ini_file(root: Path) -> Path:
    """Return the ini file of the project in `root`, whether it is there or not.

    It is the one that ALEMBIC_CONFIG names, or else `alembic-config` in `[tool.dbtasks]`;
    alembic.ini; the only other ini file in the folder that has Alembic's section; that of
    Flask-Migrate, in the folder of the migration scripts.
    """
    named = named_ini(root)
    if named:
        return named
    usual = root / INI
    if usual.is_file() or is_configured_in_pyproject(root):
        return usual
    others = [path for path in sorted(root.glob("*.ini")) if is_of_alembic(path)]
    if not others:
        others = [ini for ini in sorted(root.glob(f"*/{INI}")) if is_of_scripts(ini.parent)][:1]
    return others[0] if len(others) == 1 else usual


def is_of_scripts(folder: Path) -> bool:
    """Whether a folder holds env.py and an alembic.ini of Flask-Migrate's beside it."""
    ini = folder / INI
    if not (folder / "env.py").is_file() or not ini.is_file():
        return False
    text = ini.read_bytes()
    return b"flask_migrate" in text and b"\nscript_location" not in text


def project_of(ini: Path) -> Path:
    """Return the folder of the project that an ini file is of: its own, unless one names it."""
    if os.environ.get(VARIABLE) and ini.is_relative_to(Path.cwd()):
        return Path.cwd()
    named = ((folder, named_ini(folder)) for folder in ini.parents)
    return next((folder for folder, path in named if path and path.resolve() == ini), ini.parent)


def named_ini(root: Path) -> Path | None:
    """Return the ini file that somebody has named for the project in `root`, if anybody has.

    As for Alembic, a relative path in the environment begins in the current folder, where there is
    such a file; and one of a pyproject.toml is no ini file.
    """
    return ini_of_environment(root) or _ini_of_settings(root)


def ini_of_environment(root: Path) -> Path | None:
    """Return the ini file that the environment names, if it is not that of the settings anyway."""
    found = _of_environment(root)
    if found is None or found.name == PYPROJECT or found == _ini_of_settings(root):
        return None
    return found


def _of_environment(root: Path) -> Path | None:
    variable = os.environ.get(VARIABLE, "")
    if not variable:
        return None
    here = Path.cwd() / variable
    return here if here.is_file() else root / variable


def _ini_of_settings(root: Path) -> Path | None:
    own = _tool(root / PYPROJECT).get("dbtasks")
    key = own.get(KEY) if isinstance(own, dict) else None
    return root / key if key and isinstance(key, str) else None


def refuse_missing_ini(root: Path) -> None:
    """Raise `SettingsError` for a file that somebody has named and that is not there."""
    named, in_environment = named_ini(root), _of_environment(root)
    if in_environment is not None and in_environment.name == PYPROJECT:
        named = in_environment
    if named is None or named.is_file():
        return
    is_in_environment = named == in_environment
    source = VARIABLE if is_in_environment else f"{KEY} in {PYPROJECT}"
    raise SettingsError(
        f"{source} names {shown(named, root)}, which is missing. Nothing was done.",
        f"Correct it, or {f'unset {VARIABLE}' if is_in_environment else 'take the line away'}.",
    )


def not_configured(root: Path) -> ProjectError:
    """Return the error to show for a folder that is no project's."""
    missing = f"There is no alembic.ini in {root}."
    below = [shown(path, root) for path in inis_below(root)]
    if not below:
        return ProjectError(missing, "Make the project ready: ", command("init"))
    folder, _, _ = below[0].rpartition("/")
    return ProjectError(
        f"{missing} There is {' and '.join(below)}.",
        f'Work on it there: cd {folder}; or name it from here: {KEY} = "{below[0]}" below '
        f"[tool.dbtasks] in {PYPROJECT}, or {VARIABLE}={below[0]} in the environment",
    )


def inis_below(root: Path) -> list[Path]:
    """Return the ini files of Alembic's in the folders below, as far as two down.

    None in what is installed, hidden, or not the project's own code.
    """
    found = (path for pattern in ("*/*.ini", "*/*/*.ini") for path in root.glob(pattern))
    return sorted(path for path in found if _is_looked_at(path, root) and is_of_alembic(path))


def shown(path: str | Path, root: Path) -> str:
    """Return a path for people: from the project's root, with forward slashes."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def is_of_alembic(path: Path) -> bool:
    """Whether an ini file has the section that Alembic reads."""
    try:
        return bool(_HAS_SECTION.search(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError):
        return False


def _is_looked_at(path: Path, root: Path) -> bool:
    folders = [folder for folder in path.parents if folder.is_relative_to(root) and folder != root]
    return all(map(is_own_folder, folders))


def _tool(path: Path) -> dict[str, Any]:
    """Return the table `tool` of a pyproject.toml; an empty one where it can't be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tool = tomllib.loads(text).get("tool", {})
    except (OSError, ValueError):
        return {}
    return tool if isinstance(tool, dict) else {}
