"""Making a project ready, whatever its state: the files, the first revision, the database."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path

from dbtasks.commands.adopt import adopt, is_without_version
from dbtasks.commands.migrate import migrate
from dbtasks.commands.models_place import (
    ModelsPlace,
    check_form,
    import_path,
    models_place,
    refuse_elsewhere,
    refuse_forgotten,
)
from dbtasks.commands.progress import Watch
from dbtasks.commands.upgrade import upgrade
from dbtasks.commands.written_files import taken_away_on_failure
from dbtasks.project.configuration_files import ini_of, is_configured_in_pyproject
from dbtasks.project.doubts import refuse_doubts
from dbtasks.project.project import Project
from dbtasks.revisions.directory import script_directory, version_folders
from dbtasks.values import Prepared

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

_SCRIPT_FILES = ("alembic/env.py", "alembic/script.py.mako")
"""Those that stand in another folder if alembic.ini says so."""

_CRLF_SUFFIXES = {".ps1", ".cmd"}
_NOWHERE = ModelsPlace("", "")


def initialize(
    project: Project,
    models: str = "",
    watch: Watch | None = None,
    *,
    from_database: bool = False,
) -> Prepared:
    """Write what is missing, make the first revision, create the database, bring it to the head.

    `models` is `package.module:Base`, followed by `+package` for what else declares tables; it may
    be empty where env.py stands already. Nothing that is there is overwritten, so this can be
    repeated. What it writes is taken away again if the models don't load or the database can't be
    had: `UsageError` when `models` is missing or malformed, `ModelsError`, `DatabaseError`,
    `watch` is told of each step of the upgrade when it is done.

    A database that has tables and no version is compared with what the revisions yield, and
    recorded at the one that it is equal to; `RefusedError`, with each difference, if there is none.
    `from_database` writes the first revision as that database is, and the second as the models are.

    >>> dbtasks.initialize(project).created  # what is there is kept
    ()
    """
    check_form(models)
    if not models:
        refuse_elsewhere(project.root)
    refuse_doubts(project.settings, "init", *(["--models", models] if models else []))
    exists = project.database.exists()
    with taken_away_on_failure() as written:
        prepared = write_files(project, models, written)
        metadata = project.models.metadata
        if models and prepared.created:
            refuse_forgotten(project.root, models, metadata)
        if exists and project.database.read(partial(is_without_version, project)):
            adopted = adopt(project, written, from_database=from_database)
            if adopted is not None:
                return replace(prepared, **adopted)
        notes = [f"created the database {project.database.name}"] * project.database.create()
    if not metadata.tables:
        notes.append("the models declare no table yet")
    revision = ""
    if not project.revisions.heads:
        revision = migrate(project, "initial").path
    outcome = upgrade(project, "head", watch) if project.revisions.heads else None
    return replace(prepared, revision=revision, outcome=outcome, notes=tuple(notes))


def write_files(project: Project, models: str, written: list[Path]) -> Prepared:
    """Write the files that are missing, and note them and new folders in `written`."""
    root = project.root
    places = {
        name: project.script_folder / Path(name).name if name in _SCRIPT_FILES else root / name
        for name in TEMPLATES
    }
    if is_configured_in_pyproject(root) or ini_of(root).parent != root:
        del places["alembic.ini"]
    missing = [name for name, path in places.items() if not path.exists()]
    place = models_place(root, models) if "alembic/env.py" in missing else _NOWHERE
    for name in missing:
        _write(places[name], rendered(name, place, import_path(root, place)), written)
    for folder in version_folders(script_directory(project.config())):
        _make(folder, written)
    shown = {name: Path(os.path.relpath(path, root)).as_posix() for name, path in places.items()}
    created = tuple(shown[name] for name in missing)
    kept = tuple(shown[name] for name in places if name not in missing)
    return Prepared(str(root), created, kept, revision="")


def rendered(name: str, place: ModelsPlace = _NOWHERE, import_folder: str = "%(here)s") -> str:
    """Return the text of the file `name` for models in `place`, below `import_folder`."""
    template = files("dbtasks") / "templates" / TEMPLATES[name]
    text = template.read_text(encoding="utf-8")
    text = text.replace("{{module}}", place.module).replace("{{base}}", place.name)
    return text.replace("{{imports}}", place.imports).replace("{{folder}}", import_folder)


def _write(path: Path, text: str, written: list[Path]) -> None:
    _make(path.parent, written)
    newline = "\r\n" if path.suffix in _CRLF_SUFFIXES else "\n"
    with path.open("x", encoding="utf-8", newline=newline) as file:
        written.append(path)
        file.write(text)


def _make(folder: Path, written: list[Path]) -> None:
    """Make a folder and those above it, and note the new ones."""
    if not folder.is_dir():
        _make(folder.parent, written)
        folder.mkdir()
        written.append(folder)
