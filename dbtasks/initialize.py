"""Making a project ready, whatever its state: the files, the first revision, the database."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from dbtasks import door
from dbtasks.apply import Watch, upgrade
from dbtasks.errors import UsageError
from dbtasks.project import Project
from dbtasks.values import Prepared
from dbtasks.write import migrate

TEMPLATES = {
    "tasks.py": "tasks.py.txt",
    "migrate.ps1": "migrate.ps1",
    "migrate.cmd": "migrate.cmd",
    "justfile": "justfile",
    "alembic.ini": "alembic.ini",
    "alembic/bootstrap.py": "bootstrap.py.txt",
    "alembic/env.py": "env.py.txt",
    "alembic/script.py.mako": "script.py.mako",
}
"""The files that `init` writes, by their place in the project, and the templates they come from."""

_CRLF_SUFFIXES = {".ps1", ".cmd"}
_MODELS = re.compile(r"(?P<module>[^\W\d]\w*(\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)")


def initialize(project: Project, models: str = "", watch: Watch | None = None) -> Prepared:
    """Write what is missing, make the first revision, create the database, bring it to the head.

    `models` is `package.module:Base`; it may be empty where alembic/env.py stands already.
    Nothing that is there is overwritten, so this can be repeated. Raises `UsageError` when
    `models` is missing or malformed, before anything is written.
    """
    prepared = write_files(project.root, models)
    _ = project.models  # what does not import is told before anything is created
    notes = []
    if project.database.create():
        notes.append(f"created the database {project.database.name}")
    revision = ""
    if not project.history.heads:
        revision = migrate(project, "initial").path
        project = Project(project.settings)
    outcome = upgrade(project, "head", watch)
    return replace(prepared, revision=revision, outcome=outcome, notes=tuple(notes))


def write_files(root: Path, models: str) -> Prepared:
    """Write the files that are missing; see `initialize`."""
    missing = [name for name in TEMPLATES if not (root / name).exists()]
    placeholders = _placeholders(models) if "alembic/env.py" in missing else ("", "")
    (root / "alembic" / "versions").mkdir(parents=True, exist_ok=True)
    for name in missing:
        _write(root / name, rendered(name, *placeholders))
    kept = tuple(name for name in TEMPLATES if name not in missing)
    return Prepared(str(root), tuple(missing), kept, "")


def rendered(name: str, module: str = "", base: str = "") -> str:
    """Return the text of the file `name` for models that are `base` in `module`."""
    template = files("dbtasks") / "templates" / TEMPLATES[name]
    text = template.read_text(encoding="utf-8")
    return text.replace("{{module}}", module).replace("{{base}}", base)


def _placeholders(models: str) -> tuple[str, str]:
    match = _MODELS.fullmatch(models)
    if not match:
        raise UsageError(
            f"{models!r} does not name the models." if models else "Where are the models?",
            f"Name their module and base: {door.command('init', '--models', 'app.models:Base')}",
        )
    return match["module"], match["name"]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    newline = "\r\n" if path.suffix in _CRLF_SUFFIXES else "\n"
    path.write_text(text, encoding="utf-8", newline=newline)
