"""What `init` would add to a project: found out, and shown, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dbtasks.additions import Additions, Advice
from dbtasks.commands.gitignore import missing_lines
from dbtasks.commands.models_place import check_form, models_place, refuse_elsewhere
from dbtasks.commands.own_task_files import task_file_advice
from dbtasks.commands.project_files import places
from dbtasks.commands.requirements import requirements_advice
from dbtasks.errors import ProjectError
from dbtasks.project.configuration_files import (
    KEY,
    PYPROJECT,
    VARIABLE,
    ini_of_environment,
    shown,
)
from dbtasks.project.project import Project


def read_additions(project: Project, models: str = "") -> Additions:
    """Return what `initialize` would add, and what is left to be added by hand.

    Nothing is written. Raises `UsageError` when `models` is missing or malformed, and what keeps
    the database from being asked for: `DatabaseError`, `SettingsError`.

    >>> dbtasks.read_additions(project).files  # what is there is kept
    ()
    """
    root = project.root
    check_form(models)
    if not models:
        refuse_elsewhere(root)
    stand = places(project)
    missing = [name for name, path in stand.items() if not path.exists()]
    if "alembic/env.py" in missing:
        models_place(root, models)
    # An env.py that connects by itself can't be asked before Alembic is configured.
    is_known = "alembic.ini" not in missing or not project.connects_by_itself
    databases = [one.database for one in project.each_database()] if is_known else []
    ignored = (line for one in databases or (None,) for line in missing_lines(root, one))
    requirements = requirements_advice(root)
    return Additions(
        root=str(root),
        files=tuple(shown(stand[name], root) for name in missing),
        kept=tuple(shown(path, root) for name, path in stand.items() if name not in missing),
        ignored=tuple(dict.fromkeys(ignored)) if missing else (),
        database=", ".join(one.name for one in databases) or "what env.py connects to",
        creates_database=any(not one.exists() for one in databases),
        writes_revision=not _has_revisions(project),
        models=models,
        advice=(*_ini_advice(root), *task_file_advice(root), *filter(None, [requirements])),
    )


def _ini_advice(root: Path) -> Iterator[Advice]:
    """Yield where to name an ini file that only this environment names."""
    named = ini_of_environment(root)
    if named:
        yield Advice(
            f"{VARIABLE} is set here, and not for others. To name the file for everybody, add to "
            f"{PYPROJECT}:",
            ("[tool.dbtasks]", f'{KEY} = "{shown(named, root)}"'),
        )


def _has_revisions(project: Project) -> bool:
    try:
        return bool(project.revisions.heads)
    except ProjectError:  # its folder is not there yet
        return False
