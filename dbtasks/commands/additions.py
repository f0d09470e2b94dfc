"""What `init` would add to a project: found out, and shown, before anything is written."""

from __future__ import annotations

from dbtasks.commands.gitignore import missing_lines
from dbtasks.commands.models_place import check_form, models_place, refuse_elsewhere
from dbtasks.commands.own_task_files import task_file_advice
from dbtasks.commands.project_files import places
from dbtasks.commands.requirements import requirements_advice
from dbtasks.errors import ProjectError
from dbtasks.project.configuration_files import shown
from dbtasks.project.project import Project
from dbtasks.values import Additions


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
    requirements = requirements_advice(root)
    return Additions(
        root=str(root),
        files=tuple(shown(stand[name], root) for name in missing),
        kept=tuple(shown(path, root) for name, path in stand.items() if name not in missing),
        ignored=missing_lines(project) if missing else (),
        database=project.database.name,
        creates_database=not project.database.exists(),
        writes_revision=not _has_revisions(project),
        models=models,
        advice=(*task_file_advice(root), *([requirements] if requirements else [])),
    )


def _has_revisions(project: Project) -> bool:
    try:
        return bool(project.revisions.heads)
    except ProjectError:  # its folder is not there yet
        return False
